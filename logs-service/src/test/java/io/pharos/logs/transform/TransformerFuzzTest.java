package io.pharos.logs.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Whatever is configured over whatever events: an object, the event as it was, or what is wrong with
/// the configuration.
class TransformerFuzzTest {
    private static final List<String> PROCESSORS =
            List.of(
                    "{'parseJSON':{'source':'P','destination':'P'}}",
                    "{'parseJSON':{}}",
                    "{'csv':{'source':'P','delimiter':'T'}}",
                    "{'parseKeyValue':{'source':'P','destination':'P','fieldDelimiter':'T'}}",
                    "{'grok':{'source':'P','match':'%{WORD:P}T%{DATA:P}'}}",
                    "{'addKeys':{'entries':[{'key':'P','value':'T','overwriteIfExists':true}]}}",
                    "{'deleteKeys':{'withKeys':['P','P']}}",
                    "{'moveKeys':{'entries':[{'source':'P','target':'P','overwriteIfExists':true}]}}",
                    "{'renameKeys':{'entries':[{'key':'P','renameTo':'P'}]}}",
                    "{'copyValue':{'entries':[{'source':'P','target':'P','overwriteIfExists':true}]}}",
                    "{'listToMap':{'source':'P','key':'P','target':'P'}}",
                    "{'splitString':{'entries':[{'source':'P','delimiter':'T'}]}}",
                    "{'substituteString':{'entries':[{'source':'P','from':'T','to':'T'}]}}",
                    "{'typeConverter':{'entries':[{'key':'P','type':'integer'}]}}",
                    "{'dateTimeConverter':{'source':'P','target':'P','matchPatterns':['T']}}");
    private static final List<String> PATHS =
            List.of("a", "b", "a.b", "a.a.a", "@message", "b.a", "a.b.c.d", ".", "@regionName");
    private static final List<String> TEXTS =
            List.of(",", "(", "a|b", "$1", "x{9}", "[", "(a*)*", "yyyy", "'''", "\u0000", "ä", "*");
    private static final List<String> EVENTS =
            List.of(
                    "{'a':{'b':[{'a':1,'b':'x'}],'a':'{}'},'b':'a=1&b'}",
                    "{'a':'1,2','b':{'a':null}}",
                    "x y,z",
                    "",
                    "{'a':",
                    "2 1 1 1");

    @Test
    void neitherFailsNorHangs() {
        var random = new Random(7);
        var transformed = 0;
        for (var round = 0; round < 20_000; round++) {
            var config = new ArrayList<String>();
            config.add(random.nextInt(4) == 0 ? pick(PROCESSORS, random) : "{'parseJSON':{}}");
            for (var i = random.nextInt(4); i > 0; i--) {
                config.add(pick(PROCESSORS, random));
            }
            var text = filled("[" + String.join(",", config) + "]", random);
            try {
                var transformer = Transformer.of(ProcessorJson.read(text));
                for (var event : EVENTS) {
                    var result = transformer.apply(event.replace('\'', '"'), EventSource.NONE);
                    if (result != null) {
                        transformed++;
                        assertThat(Draft.object(result)).as(text).isNotNull();
                    }
                }
            } catch (InvalidParameterException | AwsError refused) {
                assertThat(refused).hasMessageNotContaining("null pointer");
            } catch (RuntimeException failed) {
                throw new AssertionError(text, failed);
            }
        }
        assertThat(transformed).isGreaterThan(1_000);
    }

    private static String filled(String template, Random random) {
        var text = template.replace('\'', '"');
        for (var at = next(text, 0); at >= 0; at = next(text, at)) {
            var with = text.charAt(at + 1) == 'P' ? pick(PATHS, random) : pick(TEXTS, random);
            var escaped = with.replace("\u0000", "\\u0000");
            text = text.substring(0, at + 1) + escaped + text.substring(at + 2);
            at += escaped.length();
        }
        return text;
    }

    /// `"P"`, `:P}` and `}T%`.
    private static int next(String text, int from) {
        for (var at = from; at + 2 < text.length(); at++) {
            var letter = text.charAt(at + 1);
            if ((letter == 'P' || letter == 'T')
                    && !Character.isLetter(text.charAt(at))
                    && !Character.isLetter(text.charAt(at + 2))) {
                return at;
            }
        }
        return -1;
    }

    private static String pick(List<String> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
