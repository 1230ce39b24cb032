package io.pharos.logs.contributor;

/// How many different texts there were, by HyperLogLog: an error of about 1.6 percent in 4 KB.
final class DistinctSketch {
    static final int REGISTERS = 1 << 12;

    private static final int BITS = 12;
    private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

    private final byte[] registers;

    DistinctSketch() {
        this(new byte[REGISTERS]);
    }

    /// @param registers as [#registers()] gave them
    DistinctSketch(byte[] registers) {
        if (registers.length != REGISTERS) {
            throw new IllegalArgumentException("damaged sketch");
        }
        this.registers = registers;
    }

    byte[] registers() {
        return registers;
    }

    void add(String text) {
        var hash = hash(text);
        var place = (int) (hash >>> (64 - BITS));
        var rank = (byte) (Long.numberOfLeadingZeros(hash << BITS | 1L << (BITS - 1)) + 1);
        if (rank > registers[place]) {
            registers[place] = rank;
        }
    }

    /// FNV-1a over the characters, its bits mixed as SplitMix64 does.
    private static long hash(String text) {
        var hash = 0xCBF29CE484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }

    void merge(DistinctSketch other) {
        for (var i = 0; i < REGISTERS; i++) {
            registers[i] = (byte) Math.max(registers[i], other.registers[i]);
        }
    }

    long estimate() {
        var sum = 0.0;
        var empty = 0;
        for (var rank : registers) {
            sum += Math.scalb(1.0, -rank);
            empty += rank == 0 ? 1 : 0;
        }
        var count = ALPHA * REGISTERS * REGISTERS / sum;
        var isSmall = count <= 2.5 * REGISTERS && empty > 0;
        return Math.round(isSmall ? REGISTERS * Math.log((double) REGISTERS / empty) : count);
    }
}
