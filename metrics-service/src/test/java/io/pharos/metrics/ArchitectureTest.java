package io.pharos.metrics;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.pharos.testkit.contract.HouseRules;

@AnalyzeClasses(packages = "io.pharos.metrics", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest static final ArchRule domain = HouseRules.domainIsPlainJava();
    @ArchTest static final ArchRule time = HouseRules.timeComesIn();
    @ArchTest static final ArchRule cycles = HouseRules.featuresHaveNoCycles();
}
