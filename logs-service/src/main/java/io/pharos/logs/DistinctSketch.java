package io.pharos.logs;

/// How many different texts there were, by HyperLogLog: with `2^bits` bytes, the error is about
/// `1.04 / 2^(bits / 2)`. For one thread.
public final class DistinctSketch {
    private final byte[] registers;
    private final int bits;

    /// @param bits of the hash that choose a register, 7 to 16
    public DistinctSketch(int bits) {
        this.bits = bits;
        this.registers = new byte[1 << bits];
    }

    /// @param registers as [#registers()] gave them
    public DistinctSketch(byte[] registers) {
        this.bits = Integer.numberOfTrailingZeros(registers.length);
        this.registers = registers;
    }

    public byte[] registers() {
        return registers;
    }

    /// FNV-1a over the characters, its bits mixed as SplitMix64 does.
    public static long hash(String text) {
        var hash = 0xCBF29CE484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }

    /// @param hash of a text, see [#hash]
    public void add(long hash) {
        var place = (int) (hash >>> (Long.SIZE - bits));
        var rank = (byte) (Long.numberOfLeadingZeros(hash << bits | 1L << (bits - 1)) + 1);
        if (rank > registers[place]) {
            registers[place] = rank;
        }
    }

    /// @param other of as many bits
    public void merge(DistinctSketch other) {
        for (var i = 0; i < registers.length; i++) {
            registers[i] = (byte) Math.max(registers[i], other.registers[i]);
        }
    }

    public long estimate() {
        var sum = 0.0;
        var empty = 0;
        for (var rank : registers) {
            sum += Math.scalb(1.0, -rank);
            empty += rank == 0 ? 1 : 0;
        }
        double size = registers.length;
        var alpha = 0.7213 / (1 + 1.079 / size);
        var count = alpha * size * size / sum;
        var isSmall = count <= 2.5 * size && empty > 0;
        return Math.round(isSmall ? size * Math.log(size / empty) : count);
    }
}
