package io.pharos.alarms;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Instant;

@AnalyzeClasses(packages = "io.pharos.alarms", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ADAPTERS = {
        "..api..", "..http..", "..pg..", "..stream..", "..schedule..", "..config.."
    };

    @ArchTest
    static final ArchRule domainIsPlainJava =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(ADAPTERS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.quarkus..", "jakarta..", "java.sql..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule timeComesIn =
            noClasses()
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.pharos.alarms.(*)..").should().beFreeOfCycles();
}
