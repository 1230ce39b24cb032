package io.pharos.logs.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Each processor over literal events; apostrophes stand for quotes.
class TransformerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final EventSource SOURCE =
            new EventSource("123456789012", "eu-west-1", "/app", "s1");
    private static final String FAILS = "";

    @Test
    void parsesJson() {
        expect("{'parseJSON':{}}", "{'a':{'b':1.50}}", "{'a':{'b':1.50}}");
        expect("{'parseJSON':{'destination':'n'}}", "{'a':1}", "{'n':{'a':1}}");
        expect(
                "{'parseJSON':{}},{'parseJSON':{'source':'in','destination':'out.x'}}",
                "{'in':'{\\'k\\':true}'}",
                "{'in':'{\\'k\\':true}','out':{'x':{'k':true}}}");
        expect("{'parseJSON':{}}", "no json", FAILS);
        expect("{'parseJSON':{}}", "[1]", FAILS);
        expect("{'parseJSON':{}}", "{} {}", FAILS);
        expect("{'parseJSON':{}}", "{'a':" + "[".repeat(100) + "]".repeat(100) + "}", FAILS);
    }

    @Test
    void parsesDelimitedValues() {
        expect(
                "{'csv':{}}",
                "a,b,,'c,d'",
                "{'column_1':'a','column_2':'b','column_3':'','column_4':'c,d'}");
        expect(
                "{'csv':{'delimiter':'\\\\t','columns':['x','y']}}",
                "1\t2\t3",
                "{'x':'1','y':'2','column_3':'3'}");
        expect(
                "{'csv':{'destination':'row.cells','columns':['x','y.z']}}",
                "a,b,c",
                "{'row':{'cells':{'x':'a','y':{'z':'b'},'column_3':'c'}}}");
        expect("{'csv':{'quoteCharacter':'|'}}", "|a,b|,c", "{'column_1':'a,b','column_2':'c'}");
        expect("{'csv':{}}", "'a ''b'' c'", "{'column_1':'a \\'b\\' c'}");
        expect("{'csv':{}}", "'open", FAILS);
        expect("{'csv':{}}", ",".repeat(100), FAILS);
    }

    @Test
    void parsesKeysAndValues() {
        expect(
                "{'parseKeyValue':{'destination':'new_key','fieldDelimiter':'!','keyValueDelimiter':':',"
                        + "'nonMatchValue':'nonMatch','keyPrefix':'parsed_'}}",
                "key1:value1!key2:value2!key3:v:3!key4",
                "{'new_key':{'parsed_key1':'value1','parsed_key2':'value2','parsed_key3':'v:3',"
                        + "'parsed_key4':'nonMatch'}}");
        expect("{'parseKeyValue':{}}", "a=1&a=2&b", "{'a':'1','b':null}");
        expect("{'parseKeyValue':{'overwriteIfExists':true}}", "a=1&a=2&&", "{'a':'2'}");
    }

    @Test
    void parsesWhatServicesWrite() {
        expect(
                "{'parseVPC':{}}",
                "2 123456789010 eni-abc123de 192.0.2.0 192.0.2.24 20641 22 6 20 4249 1418530010"
                        + " 1418530070 ACCEPT OK",
                "{'version':2,'accountId':'123456789010','interfaceId':'eni-abc123de',"
                        + "'srcAddr':'192.0.2.0','dstAddr':'192.0.2.24','srcPort':20641,'dstPort':22,"
                        + "'protocol':6,'packets':20,'bytes':4249,'start':1418530010,"
                        + "'end':1418530070,'action':'ACCEPT','logStatus':'OK'}");
        expect("{'parseVPC':{}}", "2 123456789010", FAILS);
        expect(
                "{'parseRoute53':{}}",
                "1.0 2017-12-13T08:15:50.235Z Z123412341234 example.com AAAA NOERROR TCP IAD12"
                        + " 192.0.2.0 198.51.100.0/24",
                "{'version':1.0,'queryTimestamp':'2017-12-13T08:15:50.235Z','hostZoneId':'Z123412341234',"
                        + "'queryName':'example.com','queryType':'AAAA','responseCode':'NOERROR',"
                        + "'protocol':'TCP','edgeLocation':'IAD12','resolverIp':'192.0.2.0',"
                        + "'ednsClientSubnet':'198.51.100.0/24'}");
        expect(
                "{'parsePostgres':{}}",
                "2019-03-10 03:54:59 UTC:10.0.0.123(52834):postgres@logtestdb:[20175]:ERROR: column"
                        + " does not exist",
                "{'logTime':'2019-03-10 03:54:59 UTC','srcIp':'10.0.0.123(52834)',"
                        + "'userName':'postgres','dbName':'logtestdb','processId':'20175',"
                        + "'logLevel':'ERROR'}");
        expect(
                "{'parseWAF':{}}",
                "{'action':'BLOCK','httpRequest':{'headers':[{'name':'Host','value':'h:1'}]},"
                        + "'labels':[{'name':'awswaf:x:y'}]}",
                "{'action':'BLOCK','httpRequest':{'headers':{'Host':'h:1'}},'labels':{'awswaf:x:y':'y'}}");
        var line =
                "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.24\tGET\td1.cloudfront.net\t/index.html\t200\t-\t"
                        + "Mozilla/5.0%20(X11)\t-\t-\tHit\tid==\td1.cloudfront.net\thttps\t23\t0.001\t-\t"
                        + "TLSv1.2\tECDHE\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-\t-";
        assertThat(transformed("{'parseCloudfront':{}}", line))
                .contains(
                        "\"sc-bytes\":392",
                        "\"cs(User-Agent)\":\"Mozilla/5.0 (X11)\"",
                        "\"time-taken\":0.001",
                        "\"sc-range-end\":\"-\"");
    }

    @Test
    void changesKeys() {
        var json = "{'parseJSON':{}},";
        expect(
                json
                        + "{'addKeys':{'entries':[{'key':'o.n','value':'v'},{'key':'a','value':'x'}]}}",
                "{'o':{'i':1},'a':1}",
                "{'o':{'i':1,'n':'v'},'a':1}");
        expect(
                json + "{'addKeys':{'entries':[{'key':'a','value':'x','overwriteIfExists':true}]}}",
                "{'a':1}",
                "{'a':'x'}");
        expect(json + "{'deleteKeys':{'withKeys':['o.i','none.x']}}", "{'o':{'i':1}}", "{'o':{}}");
        expect(
                json + "{'moveKeys':{'entries':[{'source':'o1.i1','target':'o2'}]}}",
                "{'o1':{'i1':'v1'},'o2':{'i2':'v2'}}",
                "{'o1':{},'o2':{'i2':'v2','i1':'v1'}}");
        expect(
                json + "{'moveKeys':{'entries':[{'source':'a','target':'a.b'}]}}",
                "{'a':{'x':1}}",
                "{'a':{'x':1}}");
        expect(
                json
                        + "{'renameKeys':{'entries':[{'key':'a','renameTo':'b'},{'key':'c','renameTo':'d'}]}}",
                "{'a':1,'c':2,'d':3}",
                "{'c':2,'d':3,'b':1}");
        expect(
                json
                        + "{'copyValue':{'entries':[{'source':'a','target':'b.c'},"
                        + "{'source':'@logGroupName','target':'g'},{'source':'@regionName','target':'a'}]}}",
                "{'a':1}",
                "{'a':1,'b':{'c':1},'g':'/app'}");
    }

    @Test
    void turnsListsIntoMaps() {
        var event = "{'l':[{'k':'a','v':1},{'k':'b','v':2},{'k':'b','v':3},{'v':4},5]}";
        var kept = "'l':[{'k':'a','v':1},{'k':'b','v':2},{'k':'b','v':3},{'v':4},5]";
        var step = "{'parseJSON':{}},{'listToMap':{'source':'l','key':'k','valueKey':'v'";
        expect(step + "}}", event, "{" + kept + ",'a':[1],'b':[2,3]}");
        expect(
                step + ",'flatten':true,'flattenedElement':'first','target':'m'}}",
                event,
                "{" + kept + ",'m':{'a':1,'b':2}}");
        expect(
                step + ",'flatten':true,'flattenedElement':'last'}}",
                event,
                "{" + kept + ",'a':1,'b':3}");
    }

    @Test
    void changesTextsAndTypes() {
        var json = "{'parseJSON':{}},";
        expect(
                json + "{'upperCaseString':{'withKeys':['a.b','n']}}",
                "{'a':{'b':'x'},'n':1}",
                "{'a':{'b':'X'},'n':1}");
        expect(json + "{'lowerCaseString':{'withKeys':['a']}}", "{'a':'XÄ'}", "{'a':'xä'}");
        expect(json + "{'trimString':{'withKeys':['a']}}", "{'a':'  x '}", "{'a':'x'}");
        expect(
                json + "{'splitString':{'entries':[{'source':'a','delimiter':', '}]}}",
                "{'a':'x, y, z'}",
                "{'a':['x','y','z']}");
        expect(
                json
                        + "{'substituteString':{'entries':[{'source':'a','from':'(\\\\d+)-(?P<x>[a-z]+)','to':'${x}:$1'}]}}",
                "{'a':'12-ab 3-c'}",
                "{'a':'ab:12 c:3'}");
        var convert =
                json
                        + "{'typeConverter':{'entries':[{'key':'a','type':'integer'},{'key':'b','type':'double'},"
                        + "{'key':'c','type':'boolean'},{'key':'d','type':'string'}]}}";
        expect(
                convert,
                "{'a':' 12','b':'1.5','c':'TRUE','d':7}",
                "{'a':12,'b':1.5,'c':true,'d':'7'}");
        expect(convert, "{'a':'1.5'}", FAILS);
        expect(convert, "{'b':'NaN'}", FAILS);
        expect(convert, "{}", "{}");
    }

    @Test
    void convertsTimes() {
        var json = "{'parseJSON':{}},{'dateTimeConverter':{'source':'t','target':'u',";
        expect(
                json
                        + "'matchPatterns':['dd/MM/yyyy','yyyy-MM-dd HH:mm:ss','yyyy-MM-dd HH:mm:ss z']}}",
                "{'t':'2026-01-15 12:00:30'}",
                "{'t':'2026-01-15 12:00:30','u':'2026-01-15T12:00:30.000Z'}");
        expect(
                json
                        + "'matchPatterns':['EEE MMM dd yyyy HH:mm'],'locale':'en','sourceTimezone':'Asia/Kolkata',"
                        + "'targetTimezone':'UTC','targetFormat':'yyyyMMdd HHmm'}}",
                "{'t':'Thu Jan 15 2026 05:30'}",
                "{'t':'Thu Jan 15 2026 05:30','u':'20260115 0000'}");
        expect(json + "'matchPatterns':['yyyy']}}", "{'t':'today'}", FAILS);
    }

    @Test
    void keepsAtMostTwoHundredFields() {
        var many =
                IntStream.range(0, 300)
                        .mapToObj(i -> "'k" + i + "':" + i)
                        .collect(Collectors.joining(",", "{", "}"));
        assertThat(transformed("{'parseJSON':{}}", many))
                .contains("\"k199\"")
                .doesNotContain("\"k200\"");
    }

    @Test
    void aTextThatGrowsTooLargeFails() {
        expect(
                "{'parseJSON':{}},{'substituteString':{'entries':[{'source':'a','from':'x','to':'"
                        + "y".repeat(128)
                        + "'}]}}",
                "{'a':'" + "x".repeat(100_000) + "'}",
                FAILS);
    }

    @Test
    void refusesWhatAwsRefuses() {
        refuses("", "1 to 20 processors");
        refuses(
                "{'addKeys':{'entries':[{'key':'a','value':'b'}]}}",
                "first processor must be a parser");
        refuses("{'parseJSON':{}},{'parseVPC':{}}", "parseVPC must be the first processor");
        refuses("{'parseVPC':{'source':'x'}}", "Member must be @message");
        refuses("{'parseJSON':{},'csv':{}}", "Exactly one processor");
        refuses("{}", "Exactly one processor");
        refuses("{'parseJSON':{}},".repeat(20) + "{'parseJSON':{}}", "1 to 20 processors");
        refuses("{'parseJSON':{}},".repeat(5) + "{'parseJSON':{}}", "more than 5 parsers");
        refuses(
                "{'grok':{'match':'%{WORD:a}'}},{'grok':{'match':'%{WORD:a}'}}",
                "more than one grok");
        refuses("{'parseJSON':{'source':'a.b.c.d'}}", "at most 3 levels");
        refuses("{'parseJSON':{'source':'a..b'}}", "at most 3 levels");
        refuses("{'csv':{'delimiter':'ab'}}", "Member must be one character");
        refuses(
                "{'parseJSON':{}},{'deleteKeys':{'withKeys':['a','b','c','d','e','f']}}",
                "less than or equal to 5");
        refuses("{'parseJSON':{}},{'deleteKeys':{'withKeys':[]}}", "greater than or equal to 1");
        refuses(
                "{'parseJSON':{}},{'addKeys':{'entries':[{'key':'a'}]}}",
                "Member must not be null");
        refuses(
                "{'parseJSON':{}},{'typeConverter':{'entries':[{'key':'a','type':'date'}]}}",
                "enum value set");
        refuses(
                "{'parseJSON':{}},{'listToMap':{'source':'a','key':'b','flatten':true}}",
                "flattenedElement");
        refuses(substitute("(", "x"), "Invalid regular expression");
        refuses(substitute("a", "$1"), "no such group");
        refuses(substitute("a", "${n}"), "no such group");
        refuses(substitute("a", "$"), "no such group");
        refuses(substitute("a", "$1".repeat(11)), "more than 10 references");
        refuses(substitute("(a{1000}){1000}", ""), "Invalid regular expression");
        refuses(
                "{'parseJSON':{}},{'dateTimeConverter':{'source':'a','target':'b','matchPatterns':['bogus']}}",
                "Invalid dateTimeConverter");
    }

    @Test
    void processorsSurviveBeingWritten() {
        var config =
                quoted(
                        "[{'grok':{'source':'@message','match':'%{WORD:a}'}},"
                                + "{'csv':{'columns':['x','y']}},"
                                + "{'addKeys':{'entries':[{'key':'a','value':'b','overwriteIfExists':true}]}}]");
        var processors = ProcessorJson.read(config);
        assertThat(ProcessorJson.read(ProcessorJson.write(processors))).isEqualTo(processors);
        for (var wrong :
                new String[] {"{}", "x", "[1]", "[{\"x\":{}}]", "[{\"grok\":{\"match\":1}}]"}) {
            assertThatThrownBy(() -> ProcessorJson.read(wrong))
                    .isInstanceOf(InvalidParameterException.class);
        }
    }

    private static String substitute(String from, String to) {
        return "{'parseJSON':{}},{'substituteString':{'entries':[{'source':'a','from':'"
                + from
                + "','to':'"
                + to
                + "'}]}}";
    }

    private static void expect(String config, String message, String expected) {
        var transformed = transformed(config, message);
        if (expected.isEmpty()) {
            assertThat(transformed).isNull();
        } else {
            assertThat(transformed).isNotNull();
            try {
                assertThat(JSON.readTree(transformed)).isEqualTo(JSON.readTree(quoted(expected)));
            } catch (JsonProcessingException wrong) {
                throw new AssertionError(wrong);
            }
        }
    }

    private static @Nullable String transformed(String config, String message) {
        var processors = ProcessorJson.read(quoted("[" + config + "]"));
        return Transformer.of(processors).apply(quoted(message), SOURCE);
    }

    private static void refuses(String config, String message) {
        assertThatThrownBy(() -> transformed(config, ""))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
