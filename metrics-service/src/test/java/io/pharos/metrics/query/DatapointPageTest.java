package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatapointPageTest {
    /// AWS: five slots, two datapoints a page: 2, 2, 1, from the end unless asked otherwise.
    @Test
    void pagesByTheBudget() {
        var cost = read(new PeriodGrid(480, 60, 5));
        var first = DatapointPage.at(cost, false, DatapointPage.start(cost, false), 2);
        assertThat(first).isEqualTo(new DatapointPage(660, 780, false, 660));
        var second = DatapointPage.at(cost, false, first.nextS(), 2);
        assertThat(second).isEqualTo(new DatapointPage(540, 660, false, 540));
        assertThat(DatapointPage.at(cost, false, second.nextS(), 2).isLast()).isTrue();
        var up = DatapointPage.at(cost, true, DatapointPage.start(cost, true), 4);
        assertThat(up).isEqualTo(new DatapointPage(480, 720, false, 720));
    }

    @Test
    void sharesTheBudgetAmongSeries() {
        var cost = read(new PeriodGrid(0, 60, 100), new PeriodGrid(0, 300, 20));
        // Five minutes are 5 + 1 slots.
        assertThat(DatapointPage.at(cost, true, 0, 13).toS()).isEqualTo(600);
        assertThat(DatapointPage.at(cost, true, 0, 1).toS()).isEqualTo(300);
    }

    @Test
    void countsWhatIsReadOrWhatIsTold() {
        var cost = read(new PeriodGrid(0, 60, 100));
        cost.addTold(new PeriodGrid(0, 60, 100), 1);
        assertThat(DatapointPage.at(cost, true, 0, 10).toS()).isEqualTo(600);
        cost.addTold(new PeriodGrid(0, 60, 100), 4);
        assertThat(DatapointPage.at(cost, true, 0, 10).toS()).isEqualTo(120);
    }

    @Test
    void boundsWhatIsComputed() {
        var cost = read(new PeriodGrid(0, 60, 100_000));
        cost.addComputed(DatapointPage.MAX_COMPUTED / 10);
        assertThat(DatapointPage.at(cost, true, 0, 100_800).toS()).isEqualTo(600);
        cost.addComputed(DatapointPage.MAX_COMPUTED);
        assertThat(DatapointPage.at(cost, true, 0, 100_800).toS()).isEqualTo(60);
    }

    @Test
    void isNothingWithoutPeriods() {
        assertThat(read(new PeriodGrid(480, 60, 0)).isNothing()).isTrue();
        assertThat(read(new PeriodGrid(480, 60, 1)).isNothing()).isFalse();
    }

    private static PageCost read(PeriodGrid... grids) {
        var cost = new PageCost();
        for (var grid : grids) {
            cost.addRead(grid);
        }
        return cost;
    }
}
