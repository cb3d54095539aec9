package io.trunkline.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

@AnalyzeClasses(packages = "io.trunkline", importOptions = ImportOption.DoNotIncludeTests.class)
class BordersTest {
    private static final String NETTY = "io.netty..";
    private static final String PEKKO = "org.apache.pekko..";
    private static final String KAMON = "kamon..";
    private static final String CONFIG = "com.typesafe.config..";

    /** The tool interface, whose readers want one import. */
    private static final Set<String> LARGE = Set.of("io.trunkline.node.spi");

    @ArchTest
    static final ArchRule theNodeNeverSeesTheBalancer = noClasses()
            .that()
            .resideInAPackage("io.trunkline.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.trunkline.balancer..");

    @ArchTest
    static final ArchRule theBalancerNeverSeesTheNode = noClasses()
            .that()
            .resideInAPackage("io.trunkline.balancer..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.trunkline.node..");

    @ArchTest
    static final ArchRule theProtocolSeesNeitherSide = noClasses()
            .that()
            .resideInAPackage("io.trunkline.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.trunkline.node..", "io.trunkline.balancer..");

    @ArchTest
    static final ArchRule assignmentIsPure = noClasses()
            .that()
            .resideInAPackage("io.trunkline.balancer.assign..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(NETTY, PEKKO, CONFIG);

    @ArchTest
    static final ArchRule theMcpEngineIsPlainJava = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.trunkline.node.mcp..",
                    "io.trunkline.node.modules..",
                    "io.trunkline.node.pattern..",
                    "io.trunkline.node.schema..",
                    "io.trunkline.node.spi..",
                    "io.trunkline.node.tasks",
                    "io.trunkline.node.tools..",
                    "io.trunkline.protocol.jsonrpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(NETTY, PEKKO, CONFIG);

    @ArchTest
    static final ArchRule theToolInterfaceNeedsJacksonAndJSpecifyOnly = classes()
            .that()
            .resideInAnyPackage("io.trunkline.node.spi..", "io.trunkline.node.pattern..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.trunkline.node.spi..",
                    "io.trunkline.node.pattern..",
                    "java..",
                    "com.fasterxml.jackson..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule toolsOfTheJavaSdkKnowTheToolInterfaceOnly = noClasses()
            .that()
            .resideInAPackage("io.trunkline.node.sdk..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.trunkline..")
                    .and(not(resideInAnyPackage("io.trunkline.node.sdk..", "io.trunkline.node.spi.."))));

    @ArchTest
    static final ArchRule onlyTheirAdapterKnowsTheJavaSdk = noClasses()
            .that()
            .resideOutsideOfPackage("io.trunkline.node.sdk..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.modelcontextprotocol..", "reactor..");

    @ArchTest
    static final ArchRule theProtocolKnowsNoActorsMetricsOrConfiguration = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.trunkline.protocol.frame..",
                    "io.trunkline.protocol.codec..",
                    "io.trunkline.protocol.jsonrpc..",
                    "io.trunkline.protocol.refusal..",
                    "io.trunkline.protocol.session..",
                    "io.trunkline.protocol.trunk..",
                    "io.trunkline.protocol.uri..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PEKKO, KAMON, CONFIG);

    @ArchTest
    static final ArchRule sessionsSeeNoChannel = noClasses()
            .that()
            .resideInAPackage("io.trunkline.node.session..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(NETTY);

    @ArchTest
    static final ArchRule configurationIsReadInFewPlaces = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Settings")
            .and()
            .haveSimpleNameNotEndingWith("Main")
            .and()
            .resideOutsideOfPackage("io.trunkline.protocol.member..")
            // Pekko hands a dispatcher its configuration.
            .and()
            .doNotHaveSimpleName("InlineExecutor")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CONFIG);

    @ArchTest
    static final ArchRule packagesOfTheNodeHaveNoCycles =
            slices().matching("io.trunkline.node.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfTheBalancerHaveNoCycles =
            slices().matching("io.trunkline.balancer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfTheProtocolHaveNoCycles =
            slices().matching("io.trunkline.protocol.(*)..").should().beFreeOfCycles();

    /**
     * No package has more than 25 classes but {@link #LARGE}; no more than 5 classes of a package all reach each
     * other; no packages do. {@code known-sizes.txt} has what is larger today.
     */
    @ArchTest
    static void packagesAndKnotsAreSmall(JavaClasses classes) throws IOException {
        Rooms rooms = new Rooms(classes, LARGE);
        KnownSizes known = new KnownSizes(Path.of("src", "test", "known-sizes.txt"));
        if ("lower".equals(System.getenv("SIZES"))) {
            known.lower(rooms.tooLarge());
            known = new KnownSizes(Path.of("src", "test", "known-sizes.txt"));
        }
        assertThat(known.check(rooms.tooLarge())).as("sizes").isEmpty();
    }

    /** Prints the sizes, and leaves them in {@code target/house.md}. */
    @ArchTest
    static void theSizesAreMeasured(JavaClasses classes) throws IOException {
        JavaClasses product = classes.that(
                resideInAnyPackage("io.trunkline.protocol..", "io.trunkline.node..", "io.trunkline.balancer.."));
        String table = new House(new Rooms(product, LARGE), Path.of("..")).table();
        System.out.println(table);
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("house.md"), table);
    }

    @ArchTest
    static final ArchRule actorsAreFinal = classes()
            .that()
            .areAssignableTo("org.apache.pekko.actor.typed.ExtensibleBehavior")
            .should()
            .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
