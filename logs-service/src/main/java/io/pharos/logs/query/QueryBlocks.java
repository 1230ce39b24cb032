package io.pharos.logs.query;

import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.eval.EventBlock;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Where queries find events, however and wherever these are kept. A visit sees each event once,
/// whatever is merged meanwhile.
public interface QueryBlocks {
    /// Brings the blocks that may have events of these groups from `fromMs` to `untilMs`, both
    /// inclusive, about newest first, until the visitor has enough.
    ///
    void visit(List<LogGroup> groups, long fromMs, long untilMs, Wanted wanted, Visitor visitor);

    /// What a visitor wants of a block.
    ///
    /// @param mayMatch tells from the trigrams of a block whether it is of interest; null: any is
    /// @param mayHave tells from the [io.pharos.logs.block.IndexedValues] of a block whether it is of
    ///     interest; null: any is
    /// @param messages whether messages are looked at; else blocks may come without, where their
    ///     columns tell the fields
    /// @param jsonFields flattened names of fields that are looked at
    /// @param entities whether the entities that events came with are looked at
    record Wanted(
            @Nullable Predicate<byte[]> mayMatch,
            @Nullable Predicate<byte[]> mayHave,
            boolean messages,
            List<String> jsonFields,
            boolean entities) {
        /// Any block with all of its messages.
        public static final Wanted ALL = new Wanted(null, null, true, List.of(), false);

        /// Any block with all of its messages and entities.
        public static final Wanted ALL_AND_ENTITIES = new Wanted(null, null, true, List.of(), true);
    }

    /// Who asked.
    interface Visitor {
        /// Whether a block of interest, with so many bytes of messages, is brought at all.
        default boolean opens(long bytes) {
            return true;
        }

        /// A block, to be opened by any thread, which is done with it when it opens the next one.
        ///
        /// @return whether there shall be more
        boolean block(Supplier<EventBlock> block);

        /// A block that is of no interest was left out.
        void skipped(long records, long bytes);
    }
}
