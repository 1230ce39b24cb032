package io.pharos.metrics.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.DashboardInvalidInputErrorException;

import java.util.Collections;
import java.util.Random;

class DashboardBodyTest {
    private static final String TEXT =
            "{'type':'text','x':0,'y':0,'width':6,'height':6,'properties':{'markdown':'hi'}}";

    @Test
    void acceptsWhatAwsDocuments() {
        expect("{'widgets':[]}");
        expect("{'start':'-PT6H','periodOverride':'inherit','widgets':[" + TEXT + "]}");
        expect(metric("'metrics':[['AWS/EC2','CPUUtilization','InstanceId','i-1']]"));
        expect(
                metric(
                        "'metrics':[['A','m','D','v',{'stat':'p99','period':10,'color':'#ff0000','yAxis':'right'}],"
                                + "['.','n','.','.'],['...','w'],[{'expression':'m1*2','id':'e1','visible':false}]]"));
        expect(metric("'annotations':{'alarms':['arn:aws:cloudwatch:us-east-1:1:alarm:a']}"));
        expect(
                metric(
                        "'metrics':[],'annotations':{'horizontal':[{'value':5,'label':'x','fill':'above'},[{'value':1},{'value':2}]],"
                                + "'vertical':[{'value':'2026-01-01T00:00:00Z','fill':'after'}]}"));
        expect(metric("'metrics':[],'view':'gauge','yAxis':{'left':{'min':0,'max':100}}"));
        expect(widget("log", "'region':'us-east-1'")); // AWS: a log widget without a query passes
        expect(
                widget(
                        "alarm",
                        "'alarms':['arn:aws:cloudwatch:us-east-1:1:alarm:a'],'states':['OK']"));
        expect(widget("custom", "'endpoint':'arn:aws:lambda:us-east-1:1:function:f'"));
        expect(
                widget(
                        "explorer",
                        "'metrics':[{'metricName':'m','resourceType':'t','stat':'Sum'}]"));
        expect(
                "{'widgets':[],'variables':[{'type':'property','property':'region','inputType':'select','id':'r',"
                        + "'values':[{'value':'eu-west-1','label':'Ireland'}]}]}");
    }

    @Test
    void warnsOfWhatIsKeptAndIgnored() {
        expect(
                "{'widgets':[],'periodOverride':'sometimes'}",
                "warning /periodOverride Should match pattern \"^(inherit|auto)$\"");
        expect(
                "{'widgets':[{'type':'text','futureWidget':1,'properties':{'markdown':''}}]}",
                "warning /widgets/0 The \"futureWidget\" property is not expected to be part of a widget"
                        + " definition, will be ignored");
        expect(
                widget("hologram", "'a':1"),
                "warning /widgets/0/type Should match pattern \"^(alarm|chart|custom|explorer|log|metric|text)$\"");
        expect(
                metric("'metrics':[],'view':'hologram'"),
                "warning /widgets/0/properties/view Should match pattern"
                        + " \"^(timeSeries|singleValue|gauge|bar|pie|table)$\"");
        expect(
                metric("'metrics':[],'a~b/c':1"),
                "warning /widgets/0/properties The \"a~b/c\" property is not expected to be part of a metric"
                        + " widget definition, will be ignored");
    }

    @Test
    void refusesWhatAwsRefuses() {
        expect("{}", "error  Should have required property 'widgets'");
        expect("{'widgets':{}}", "error /widgets Should be array");
        expect("{'widgets':[1]}", "error /widgets/0 Should be object");
        expect(
                "{'widgets':[{'type':'text'}]}",
                "error /widgets/0 Should have required property 'properties'");
        expect(
                "{'widgets':[{'properties':{}}]}",
                "error /widgets/0 Should have required property 'type'");
        expect(
                widget("text", ""),
                "error /widgets/0/properties Should have required property 'markdown'");
        expect(
                widget("text", "'markdown':1"),
                "error /widgets/0/properties/markdown Should be string");
        expect(
                widget("alarm", ""),
                "error /widgets/0/properties Should have required property 'alarms'");
        expect(
                widget("metric", "'metrics':[]"),
                "error /widgets/0/properties Should have required property 'region'");
        expect(
                metric("'title':'t'"),
                "error /widgets/0/properties The metric widget should have specified a region and a data"
                        + " source or an alarm annotation");
        expect(
                metric("'metrics':[],'period':45"),
                "error /widgets/0/properties/period Should be >= 60",
                "error /widgets/0/properties/period Should be multiple of 60",
                "error /widgets/0/properties/period Should match exactly one schema in oneOf");
        expect(
                metric("'metrics':[],'period':90"),
                "error /widgets/0/properties/period Should be multiple of 60",
                "error /widgets/0/properties/period Should match exactly one schema in oneOf");
        expect(
                metric("'metrics':[],'period':'60'"),
                "error /widgets/0/properties/period Should be number");
        expect(
                metric("'metrics':[],'stacked':'yes'"),
                "error /widgets/0/properties/stacked Should be boolean");
        expect(metric("'metrics':[5]"), "error /widgets/0/properties/metrics/0 Should be array");
        expect(
                metric("'metrics':[[]]"),
                "error /widgets/0/properties/metrics/0 Should NOT have less than 1 items");
        expect(
                metric("'metrics':[['A']]"),
                "error /widgets/0/properties/metrics/0 Should NOT have less than 2 items");
        expect(
                metric("'metrics':[['A',{},'m']]"),
                "error /widgets/0/properties/metrics/0/1 Should be string");
        expect(
                "{'widgets':[{'type':'text','x':24,'y':0,'properties':{'markdown':''}}]}",
                "error /widgets/0/x Should be <= 23");
        expect(
                "{'widgets':[{'type':'text','x':1,'properties':{'markdown':''}}]}",
                "error /widgets/0 Should have required property 'y'");
        expect(
                "{'widgets':[{'type':'text','width':0,'height':1001,'properties':{'markdown':''}}]}",
                "error /widgets/0/width Should be >= 1",
                "error /widgets/0/height Should be <= 1000");
        expect(
                "{'widgets':[],'variables':[{'type':'pattern','inputType':'input','id':'r'}]}",
                "error /variables/0 Should have required property 'pattern'");
    }

    @Test
    void holdsTheLimits() {
        expect(widgets(500));
        expect(widgets(501), "error /widgets Should NOT have more than 500 items");
        var rows = String.join(",", Collections.nCopies(501, "['A','m']"));
        expect(
                metric("'metrics':[" + rows + "]"),
                "error /widgets/0/properties/metrics Should NOT have more than 500 items");
        var row = "'metrics':[" + String.join(",", Collections.nCopies(500, "['A','m']")) + "]";
        var one = "{'type':'metric','properties':{'region':'us-east-1'," + row + "}}";
        expect("{'widgets':[" + String.join(",", Collections.nCopies(5, one)) + "]}");
        expect(
                "{'widgets':[" + String.join(",", Collections.nCopies(6, one)) + "]}",
                "error /widgets Should NOT have more than 2500 metrics");
    }

    @Test
    void keepsTheBodyWithoutItsWhiteSpace() {
        var checked =
                DashboardBody.check(
                        " { \"widgets\" : [ ] ,\n\t\"note\": \"Grüße \\u0041 \\u0000\", \"n\": [1.50, 1e3, 12345678901234567890] } ");
        assertThat(checked.compact())
                .isEqualTo(
                        "{\"widgets\":[],\"note\":\"Grüße A \\u0000\",\"n\":[1.50,1e3,12345678901234567890]}");
    }

    @Test
    void tellsARefusalAsAwsDoes() {
        var errors = DashboardBody.check(json(widgets(501))).errors();
        assertThat(DashboardBody.refusal(errors))
                .isEqualTo(
                        """
                        The dashboard body is invalid, there are 1 validation errors:
                        [
                          {
                            "dataPath": "/widgets",
                            "message": "Should NOT have more than 500 items"
                          }
                        ]\
                        """);
    }

    @Test
    void onlyObjectsAreBodies() {
        for (var text : new String[] {"", " ", "x", "[]", "1", "null", "{} {}", "{", "{\"a\":}"}) {
            assertThatThrownBy(() -> DashboardBody.check(text))
                    .isInstanceOf(DashboardInvalidInputErrorException.class)
                    .hasMessageContaining("The field DashboardBody must be a valid JSON object");
        }
    }

    /// Whatever is changed in a body: findings or the modelled error, and nothing else.
    @Test
    void survivesAnything() {
        var random = new Random(11);
        var whole =
                json(
                        metric(
                                "'metrics':[['A','m',{'stat':'p9','period':60}]],'annotations':{'horizontal':[[{'value':1},{'value':2}]]},"
                                        + "'yAxis':{'left':{'min':0}},'legend':{'position':'right'}"));
        var pieces =
                new String[] {
                    "{", "}", "[", "]", ",", ":", "null", "1e999", "\"x\"", "-1", "true", "\\"
                };
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder(whole);
            for (var n = random.nextInt(3); n >= 0; n--) {
                var at = random.nextInt(text.length());
                var to = Math.min(text.length(), at + random.nextInt(12));
                text.replace(at, to, pieces[random.nextInt(pieces.length)]);
            }
            try {
                DashboardBody.check(text.toString());
            } catch (DashboardInvalidInputErrorException refused) {
                // Modelled.
            }
        }
        var deep = "{\"widgets\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        assertThatThrownBy(() -> DashboardBody.check(deep))
                .isInstanceOf(DashboardInvalidInputErrorException.class);
    }

    private static String metric(String properties) {
        return widget("metric", "'region':'us-east-1'," + properties);
    }

    private static String widget(String type, String properties) {
        return "{'widgets':[{'type':'" + type + "','properties':{" + properties + "}}]}";
    }

    private static String widgets(int count) {
        return "{'widgets':[" + String.join(",", Collections.nCopies(count, TEXT)) + "]}";
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static void expect(String body, String... findings) {
        assertThat(DashboardBody.check(json(body)).findings())
                .extracting(f ->
                        (f.isError() ? "error " : "warning ") + f.dataPath() + " " + f.message())
                .containsExactly(findings);
    }
}
