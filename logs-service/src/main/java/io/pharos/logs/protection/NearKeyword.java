package io.pharos.logs.protection;

/// Values that count only when a keyword stands near, before or behind: texts without a keyword cost one
/// look at their words' first letters. Only the surroundings of keywords are searched.
final class NearKeyword implements Detector {
    /// Bytes of the longest value that is looked for.
    private static final int MAX_VALUE = 160;

    private static final int REACH = Keywords.MAX_DISTANCE + MAX_VALUE;

    private final Keywords keywords;
    private final Detector values;

    NearKeyword(Keywords keywords, Detector values) {
        this.keywords = keywords;
        this.values = values;
    }

    @Override
    public void find(byte[] text, int from, int to, Spans into) {
        var words = new Spans();
        keywords.find(text, from, to, words);
        if (words.count() == 0) {
            return;
        }
        var found = new Spans();
        var searched = from;
        for (var word = 0; word < words.count(); ) {
            var start = Math.max(searched, words.start(word) - REACH);
            var end = Math.min(to, words.end(word) + REACH);
            // Windows that touch are one.
            var next = word + 1;
            while (next < words.count() && words.start(next) - REACH <= end) {
                end = Math.min(to, Math.max(end, words.end(next) + REACH));
                next++;
            }
            values.find(text, start, end, found);
            searched = end;
            word = next;
        }
        found.join();
        near(words, found, into);
    }

    /// Both are in order.
    private static void near(Spans words, Spans values, Spans into) {
        var word = 0;
        for (var value = 0; value < values.count(); value++) {
            while (word < words.count()
                    && words.end(word) + Keywords.MAX_DISTANCE < values.start(value)) {
                word++;
            }
            for (var near = word;
                    near < words.count()
                            && words.start(near) <= values.end(value) + Keywords.MAX_DISTANCE;
                    near++) {
                var isApart =
                        words.end(near) <= values.start(value)
                                || words.start(near) >= values.end(value);
                if (isApart) {
                    into.add(values.start(value), values.end(value));
                    break;
                }
            }
        }
    }
}
