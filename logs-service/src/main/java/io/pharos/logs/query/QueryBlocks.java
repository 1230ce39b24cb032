package io.pharos.logs.query;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.eval.EventBlock;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Where queries find events, however and wherever these are kept. A visit sees each event once,
/// whatever is merged meanwhile.
public interface QueryBlocks {
    /// Brings the blocks that may have events of these groups from `fromMs` to `untilMs`, both
    /// inclusive, about newest first, until the visitor has enough.
    ///
    /// @param mayMatch tells from the trigrams of a block whether it is of interest
    void visit(
            List<LogGroup> groups,
            long fromMs,
            long untilMs,
            Predicate<byte[]> mayMatch,
            Visitor visitor);

    /// Who asked.
    interface Visitor {
        /// A block, to be opened by any thread.
        ///
        /// @return whether there shall be more
        boolean block(Supplier<EventBlock> block);

        /// A block that is of no interest was left out.
        void skipped(long records, long bytes);
    }
}
