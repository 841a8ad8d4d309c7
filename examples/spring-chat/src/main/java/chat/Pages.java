package chat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** The pages: one to come in, one to sign up, and the chat itself. */
@Controller
class Pages {
    /** More than bcrypt looks at would be cut off. */
    private static final int LONGEST_PASSWORD = 72;

    private final Users users;
    private final PasswordEncoder encoder;
    private final ChatProperties properties;

    Pages(Users users, PasswordEncoder encoder, ChatProperties properties) {
        this.users = users;
        this.encoder = encoder;
        this.properties = properties;
    }

    @GetMapping("/")
    String chat(Principal principal, Model model) {
        model.addAttribute("user", users.get(principal.getName()));
        return "chat";
    }

    @GetMapping("/login")
    String login(Model model) {
        model.addAttribute("demo", properties.demo());
        return "login";
    }

    @GetMapping("/signup")
    String signup() {
        return "signup";
    }

    /** Signs up, and in. */
    @PostMapping("/signup")
    ModelAndView signup(
            @RequestParam String login,
            @RequestParam String name,
            @RequestParam String password,
            HttpServletRequest request)
            throws ServletException {
        try {
            if (password.length() < 8 || password.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD) {
                throw new IllegalArgumentException("A password has 8 to 72 characters.");
            }
            User user = User.of(login.strip(), name, encoder.encode(password));
            if (!users.add(user)) {
                throw new IllegalArgumentException("The login " + user.login() + " is taken.");
            }
            request.login(user.login(), password);
            return new ModelAndView("redirect:/");
        } catch (IllegalArgumentException e) {
            ModelAndView again = new ModelAndView("signup", HttpStatus.UNPROCESSABLE_CONTENT);
            again.addObject("wrong", e.getMessage());
            again.addObject("login", login);
            again.addObject("name", name);
            return again;
        }
    }
}
