package dev.simurgh.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What others get to see of our artifacts: which modules are published, what their POMs say, and what the BOM lists. */
class PublishedTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    static final List<String> NOT_PUBLISHED = List.of(
            "jakarta-ee11-tests",
            "reactor-netty-1.3-tests",
            "spring-boot-4-tests",
            "conformance",
            "benchmarks",
            "fuzz",
            "examples/hello-sockets",
            "examples/auction",
            "examples/spring-chat",
            "architecture");
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    @Test
    void aModuleIsPublishedUnlessItIsOneOfOurOwnTools() throws Exception {
        List<String> kept = new ArrayList<>();
        for (String module : modules()) {
            if (text(pom(module), "/project/properties/maven.deploy.skip").equals("true")) {
                kept.add(module);
            }
        }
        assertThat(kept).containsExactlyInAnyOrderElementsOf(NOT_PUBLISHED);
    }

    @Test
    void theBomListsEveryPublishedModuleThatHasCode() throws Exception {
        List<String> expected = new ArrayList<>();
        for (String module : modules()) {
            if (!NOT_PUBLISHED.contains(module)
                    && (module.equals("server-shaded")
                            || Files.isDirectory(ROOT.resolve(module).resolve("src/main/java")))) {
                expected.add(text(pom(module), "/project/artifactId"));
            }
        }
        String managed = "/project/dependencyManagement/dependencies/dependency";
        Document bom = pom("bom");
        assertThat(texts(bom, managed + "/artifactId")).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(texts(bom, managed + "/groupId")).containsOnly("dev.simurgh");
        assertThat(texts(bom, managed + "/version")).containsOnly("${project.version}");
    }

    @Test
    void theBomBringsNoOthersVersions() throws Exception {
        Document bom = pom("bom");
        assertThat(texts(bom, "/project/parent")).isEmpty();
        assertThat(text(bom, "/project/version")).isEqualTo(text(pom("."), "/project/version"));
    }

    @TestFactory
    Stream<DynamicTest> aPublishedPomSaysWhatItIsForWhomAndWhere() throws Exception {
        return Stream.concat(Stream.of("."), modules().stream())
                .filter(module -> !NOT_PUBLISHED.contains(module))
                .map(module -> DynamicTest.dynamicTest(module, () -> complete(pom(module))));
    }

    /** What a repository wants of a POM; all but the first two may come from the parent. */
    private static void complete(Document pom) throws Exception {
        assertThat(text(pom, "/project/name")).as("name").startsWith("Simurgh");
        assertThat(text(pom, "/project/description")).as("description").isNotEmpty();
        Document inherited = texts(pom, "/project/parent").isEmpty() ? pom : pom(".");
        for (String element : List.of(
                "url",
                "licenses/license/name",
                "licenses/license/url",
                "developers/developer/name",
                "scm/connection",
                "scm/developerConnection",
                "scm/url")) {
            assertThat(text(inherited, "/project/" + element)).as(element).isNotEmpty();
        }
    }

    private static List<String> modules() throws Exception {
        return texts(pom("."), "/project/modules/module");
    }

    private static Document pom(String module) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile());
    }

    private static String text(Document pom, String path) throws XPathExpressionException {
        return XPATH.evaluate(path, pom).strip();
    }

    private static List<String> texts(Document pom, String path) throws XPathExpressionException {
        NodeList nodes = (NodeList) XPATH.evaluate(path, pom, XPathConstants.NODESET);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }
}
