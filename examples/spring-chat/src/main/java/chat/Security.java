package chat;

import dev.simurgh.dashboard.DashboardAccess;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** Who may see what. */
@Configuration(proxyBeanMethods = false)
class Security {
    /** Nothing is loaded from elsewhere, and no script or style stands in a page. */
    static final String CONTENT =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    @Bean
    PasswordEncoder passwordEncoder() {
        return PasswordEncoderFactories.createDelegatingPasswordEncoder();
    }

    @Bean
    SecurityFilterChain http(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(paths -> paths.requestMatchers("/login", "/signup", "/assets/**", "/error")
                        .permitAll()
                        // Simurgh refuses who has not come in itself: a WebSocket is of no use at the page with the
                        // form.
                        .requestMatchers("/socket/**")
                        .permitAll()
                        .requestMatchers("/actuator/health/**")
                        .permitAll()
                        .requestMatchers("/actuator/**", "/dashboard/**")
                        .hasRole("ADMIN")
                        .anyRequest()
                        .authenticated())
                .formLogin(form ->
                        form.loginPage("/login").defaultSuccessUrl("/", true).permitAll())
                .logout(logout -> logout.logoutSuccessUrl("/login?out"))
                .csrf(csrf -> csrf.csrfTokenRepository(new CookieCsrfTokenRepository()))
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
                        .frameOptions(Customizer.withDefaults()))
                .build();
    }

    /** Whoever gets as far as to the dashboard's path is an administrator. On a port of its own nobody would have asked for that. */
    @Bean
    @ConditionalOnProperty(name = "simurgh.server.mode", havingValue = "application-port")
    DashboardAccess.Authorizer dashboardAccess() {
        return request -> DashboardAccess.operator("an administrator");
    }
}
