package io.pharos.metrics.widget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metrics.widget.Line.At;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import javax.imageio.ImageIO;

/// Every view is drawn and looked at: its size, its background and that it shows the colours of its
/// lines. The pictures are in `target/widgets`.
class WidgetImageTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String METRICS = "'metrics':[['App','m','h','a'],['...','b'],['...','c']]";

    @Test
    void drawsLines() throws IOException {
        var image =
                draw(
                        "lines",
                        "'title':'Latency of the shop','yAxis':{'left':{'label':'ms','min':0},'right':{'label':'requests'}},"
                                + "'annotations':{'horizontal':[{'value':80,'label':'too slow','fill':'above','color':'#d62728'},"
                                + "[{'value':20,'label':'good'},{'value':40}]],"
                                + "'vertical':[{'value':'2026-03-01T10:30:00Z','label':'deploy'}]}",
                        3,
                        true);
        assertShows(image, 0x1f77b4, 0x2ca02c, 0xd62728);
    }

    @Test
    void drawsBandsBehindLines() throws IOException {
        var widget = parse("'title':'Expected'");
        var line = new ArrayList<At>();
        var lower = new ArrayList<At>();
        var upper = new ArrayList<At>();
        for (var minute = 0; minute < 180; minute += 5) {
            var at = widget.start().getEpochSecond() + minute * 60;
            var expected = 50 + 30 * Math.sin(minute / 20.0);
            line.add(new At(at, minute == 60 ? 150 : expected));
            lower.add(new At(at, expected - 20));
            upper.add(new At(at, expected + 20));
        }
        var some =
                List.of(
                        new Line("load", WidgetImage.color(0), false, line),
                        new Line("expected", 0x7f7f7f, false, lower, upper),
                        new Line("nothing known", 0x7f7f7f, true, List.of(), List.of()));
        var image = draw("band", widget, some);
        assertShows(image, 0x1f77b4);
        var grey = 0;
        for (var pixel : pixels(image)) {
            var red = pixel >> 16 & 0xff;
            grey += red > 200 && red < 250 && (pixel & 0xffffff) == red * 0x010101 ? 1 : 0;
        }
        assertThat(grey).isGreaterThan(image.getWidth() * image.getHeight() / 10);
    }

    @Test
    void drawsInTheDark() throws IOException {
        var image =
                draw(
                        "dark",
                        "'theme':'dark','legend':{'position':'right'},'timezone':'+0530'",
                        3,
                        false);
        assertThat(image.getRGB(1, 1) & 0xffffff).isEqualTo(0x2a2e33);
        assertShows(image, 0x1f77b4, 0xff7f0e, 0x2ca02c);
    }

    @Test
    void drawsStacks() throws IOException {
        var image = draw("stacked", "'stacked':true,'title':'Stacked'", 4, false);
        assertThat(distinct(image)).isGreaterThan(8);
    }

    @Test
    void drawsBarsPiesAndNumbers() throws IOException {
        assertShows(
                draw("bar", "'view':'bar','title':'Bars'", 5, false), 0x1f77b4, 0xff7f0e, 0x9467bd);
        assertShows(draw("pie", "'view':'pie','title':'Pie'", 5, false), 0x1f77b4, 0xff7f0e);
        assertShows(
                draw(
                        "number",
                        "'view':'singleValue','sparkline':true,'title':'Numbers','height':200",
                        3,
                        false),
                0x1f77b4,
                0x2ca02c);
    }

    @Test
    void drawsWhateverThereIs() throws IOException {
        for (var view : List.of("timeSeries", "bar", "pie", "singleValue")) {
            for (var size :
                    List.of(
                            "'width':1,'height':1",
                            "'width':40,'height':30",
                            "'width':2000,'height':2000")) {
                draw("edge", "'title':'t','view':'" + view + "'," + size, 3, true);
                draw("edge", "'stacked':true,'view':'" + view + "'," + size, 0, false);
            }
            draw("many-" + view, "'view':'" + view + "'", 100, false);
            var odd =
                    List.of(
                            new Line(
                                    "",
                                    0,
                                    false,
                                    List.of(new At(NOW.getEpochSecond() - 60, 1e300))),
                            new Line("x".repeat(500), 1, true, List.of()),
                            new Line(
                                    "\uD83D\uDE00",
                                    2,
                                    false,
                                    List.of(
                                            new At(NOW.getEpochSecond() - 60, -5),
                                            new At(NOW.getEpochSecond(), 0))));
            WidgetImage.png(parse("'view':'" + view + "'"), odd);
        }
    }

    @Test
    void repeatsCells() {
        var rows =
                WidgetParser.parse(
                                json(
                                        "{'metrics':[['App','m','h','a',{'stat':'p99','id':'w1'}],['.','n','.','.'],['...','b'],[{'expression':'w1*2','color':'#010203','yAxis':'right'}]]}"),
                                NOW)
                        .rows();
        assertThat(rows)
                .extracting(row -> String.join(" ", row.cells()))
                .containsExactly("App m h a", "App n h a", "App n h b", "");
        assertThat(rows).extracting(Widget.Row::id).containsExactly("w1", "w1_", "w2", "w3");
        assertThat(rows.getFirst().stat()).isEqualTo("p99");
        assertThat(rows.getLast().color()).isEqualTo(0x010203);
        assertThat(rows.getLast().onRight()).isTrue();
    }

    @Test
    void understandsTimes() {
        expectRange("", "2026-03-01T09:00:00Z", "2026-03-01T12:00:00Z");
        expectRange(
                ",'start':'-P7D','end':'-PT1H'", "2026-02-22T12:00:00Z", "2026-03-01T11:00:00Z");
        expectRange(",'start':'-P1M'", "2026-02-01T12:00:00Z", "2026-03-01T12:00:00Z");
        expectRange(
                ",'start':'2026-01-01T00:00:00+01:00','end':'2026-01-01T00:00:00.000Z'",
                "2025-12-31T23:00:00Z",
                "2026-01-01T00:00:00Z");
    }

    private static void expectRange(String with, String start, String end) {
        var widget = WidgetParser.parse(json("{" + METRICS + with + "}"), NOW);
        assertThat(widget.start()).isEqualTo(start);
        assertThat(widget.end()).isEqualTo(end);
    }

    @Test
    void refusesWhatItCanNotDraw() {
        for (var text :
                List.of(
                        "",
                        "x",
                        "[]",
                        "{}",
                        "{'metrics':[]}",
                        "{'metrics':[[]]}",
                        "{'metrics':[['a']]}",
                        "{'metrics':[['a','b','c']]}",
                        "{'metrics':[['...','b']]}",
                        "{'metrics':[['.','b']]}",
                        "{'metrics':[['a','b',{'expression':'1'}]]}",
                        "{'metrics':[[{}]]}",
                        "{'metrics':[[1,2]]}",
                        "{" + METRICS + ",'view':'gauge'}",
                        "{" + METRICS + ",'width':2001}",
                        "{" + METRICS + ",'height':0}",
                        "{" + METRICS + ",'period':45}",
                        "{" + METRICS + ",'start':'x'}",
                        "{" + METRICS + ",'start':'PT1H'}",
                        "{" + METRICS + ",'timezone':'Mars'}",
                        "{" + METRICS + ",'theme':'red'}",
                        "{" + METRICS + ",'annotations':{'alarms':['arn']}}",
                        "{'annotations':{'alarms':[]}}",
                        "{'annotations':{'alarms':['a','b']}}",
                        "{'annotations':{'alarms':[1]}}",
                        "{'metrics':[['a','b',{'accountId':'111122223333'}]]}",
                        "{" + METRICS + ",'annotations':{'horizontal':[{}]}}",
                        "{" + METRICS + ",'start':'-P999999999D'}",
                        "{'metrics':["
                                + String.join(",", Collections.nCopies(101, "['a','b']"))
                                + "]}")) {
            assertThatThrownBy(() -> WidgetParser.parse(json(text), NOW), text)
                    .isInstanceOf(InvalidParameterValueException.class);
        }
    }

    @Test
    void drawsWhatAnAlarmWatches() throws IOException {
        var arn = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:slow";
        var given = WidgetParser.parse(json("{'annotations':{'alarms':['" + arn + "']}}"), NOW);
        assertThat(given.alarm()).isEqualTo(arn);
        var alarm =
                MetricAlarm.builder()
                        .namespace("App")
                        .metricName("Latency")
                        .dimensions(d -> d.name("Host").value("a"))
                        .extendedStatistic("p99")
                        .unit("Milliseconds")
                        .period(60)
                        .evaluationPeriods(3)
                        .datapointsToAlarm(2)
                        .threshold(75.0)
                        .comparisonOperator("GreaterThanThreshold");
        var widget = AlarmWidget.of(given, alarm.build(), "eu-west-1").orElseThrow();
        assertThat(widget.region()).isEqualTo("eu-west-1");
        assertThat(widget.rows()).hasSize(1);
        var row = widget.rows().getFirst();
        assertThat(row.cells()).containsExactly("App", "Latency", "Host", "a");
        assertThat(row.stat()).isEqualTo("p99");
        assertThat(row.unit()).isEqualTo("Milliseconds");
        assertThat(row.periodS()).isEqualTo(60);
        assertThat(widget.annotations()).hasSize(1);
        var line = widget.annotations().getFirst();
        assertThat(line.from()).isEqualTo(75);
        assertThat(line.label()).isEqualTo("Latency > 75 for 2 datapoints within 3 minutes");
        var points = List.of(new At(widget.start().getEpochSecond(), 50));
        var image = draw("alarm", widget, List.of(new Line("Latency", 0x1f77b4, false, points)));
        var reddish = 0;
        for (var pixel : pixels(image)) {
            reddish += (pixel >> 16 & 0xff) - (pixel & 0xff) > 60 ? 1 : 0;
        }
        assertThat(reddish).as("pixels of the threshold").isGreaterThan(200);
    }

    @Test
    void drawsTheExpressionOfAnAlarm() {
        var given = WidgetParser.parse(json("{'annotations':{'alarms':['arn']}}"), NOW);
        var alarm =
                MetricAlarm.builder()
                        .metrics(
                                MetricDataQuery.builder()
                                        .id("e1")
                                        .expression("m1 * 2")
                                        .label("twice")
                                        .build(),
                                MetricDataQuery.builder()
                                        .id("m1")
                                        .returnData(false)
                                        .metricStat(s ->
                                                s.stat("Sum")
                                                        .period(10)
                                                        .metric(m ->
                                                                m.namespace("App")
                                                                        .metricName("Errors")))
                                        .build())
                        .evaluationPeriods(1)
                        .threshold(5.0)
                        .comparisonOperator("LessThanOrEqualToThreshold");
        var widget = AlarmWidget.of(given, alarm.build(), "us-east-1").orElseThrow();
        assertThat(widget.rows()).extracting(Widget.Row::visible).containsExactly(true, false);
        assertThat(widget.rows()).extracting(Widget.Row::periodS).containsExactly(10, 10);
        assertThat(widget.annotations().getFirst().label())
                .isEqualTo("twice <= 5 for 1 datapoints within 10 seconds");
        assertThat(AlarmWidget.of(given, MetricAlarm.builder().build(), "us-east-1")).isEmpty();
    }

    @Test
    void knowsTheRegionOfARow() {
        var widget =
                WidgetParser.parse(
                        json("{'metrics':[['a','b'],['a','b',{'region':'eu-west-1'}]]}"), NOW);
        assertThat(widget.rows()).extracting(Widget.Row::region).containsExactly(null, "eu-west-1");
    }

    /// Whatever is changed in a widget: a widget, or the modelled error.
    @Test
    void survivesAnything() {
        var random = new Random(5);
        var whole =
                json(
                        "{"
                                + METRICS
                                + ",'annotations':{'horizontal':[[{'value':1},{'value':2}]],'vertical':[{'value':'2026-03-01T10:30:00Z'}]},"
                                + "'yAxis':{'left':{'min':0}},'legend':{'position':'right'},'start':'-PT3H','period':60}");
        var pieces =
                new String[] {
                    "{", "}", "[", "]", ",", ":", "null", "1e999", "\"x\"", "-1", "9", "P", "\\",
                    "..."
                };
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder(whole);
            for (var n = random.nextInt(3); n >= 0; n--) {
                var at = random.nextInt(text.length());
                text.replace(
                        at,
                        Math.min(text.length(), at + random.nextInt(8)),
                        pieces[random.nextInt(pieces.length)]);
            }
            try {
                WidgetParser.parse(text.toString(), NOW);
            } catch (InvalidParameterValueException refused) {
                // Modelled.
            }
        }
    }

    @Test
    void shortensNumbers() {
        assertThat(List.of(0.0, 0.25, 12.0, 999.0, 1_000.0, 3_456.0, 1.2e6, -2.5e9, 4.1e21, 1e-9))
                .extracting(number -> BriefNumbers.text(number, 3))
                .containsExactly(
                        "0", "0.25", "12", "999", "1k", "3.46k", "1.2M", "-2.5G", "4.1e+21",
                        "1e-09");
    }

    private static Widget parse(String properties) {
        return WidgetParser.parse(json("{" + METRICS + "," + properties + "}"), NOW);
    }

    private static BufferedImage draw(String name, String properties, int lines, boolean right)
            throws IOException {
        var widget = parse(properties);
        var some = new ArrayList<Line>();
        for (var i = 0; i < lines; i++) {
            var points = new ArrayList<At>();
            for (var minute = 0; minute < 180; minute += 5) {
                points.add(
                        new At(
                                widget.start().getEpochSecond() + minute * 60,
                                50 + 10 * i + 30 * Math.sin(minute / 20.0 + i)));
            }
            some.add(
                    new Line(
                            "App m h=" + (char) ('a' + i % 26),
                            WidgetImage.color(i),
                            right && i == 2,
                            points));
        }
        return draw(name, widget, some);
    }

    private static BufferedImage draw(String name, Widget widget, List<Line> some)
            throws IOException {
        var png = WidgetImage.png(widget, some);
        var directory = Files.createDirectories(Path.of("target", "widgets"));
        Files.write(directory.resolve(name + ".png"), png);
        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(widget.width());
        assertThat(image.getHeight()).isEqualTo(widget.height());
        return image;
    }

    private static void assertShows(BufferedImage image, int... colors) {
        for (var color : colors) {
            var count = 0;
            for (var pixel : pixels(image)) {
                count += (pixel & 0xffffff) == color ? 1 : 0;
            }
            assertThat(count).as("pixels of #%06x", color).isGreaterThan(20);
        }
    }

    private static long distinct(BufferedImage image) {
        return java.util.Arrays.stream(pixels(image)).distinct().count();
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
