package io.pharos.metrics.widget;

import java.awt.Color;
import java.awt.Font;

/// Colours and letters of the two themes. The colours of lines are CloudWatch's.
record Palette(Color background, Color text, Color grid, Color axis) {
    static final Palette LIGHT =
            new Palette(Color.WHITE, new Color(0x333333), new Color(0xe6e6e6), new Color(0x999999));
    static final Palette DARK =
            new Palette(
                    new Color(0x2a2e33),
                    new Color(0xd5dbdb),
                    new Color(0x414750),
                    new Color(0x879596));

    private static final int[] LINES = {
        0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22,
        0x17becf, 0xaec7e8, 0xffbb78, 0x98df8a, 0xff9896, 0xc5b0d5, 0xc49c94, 0xf7b6d2, 0xc7c7c7,
        0xdbdb8d, 0x9edae5
    };
    private static final String LETTERS = Font.SANS_SERIF;

    static Palette of(Widget widget) {
        return widget.dark() ? DARK : LIGHT;
    }

    /// The colour of the nth line that names none.
    static int line(int n) {
        return LINES[n % LINES.length];
    }

    static Font font(int size) {
        return new Font(LETTERS, Font.PLAIN, size);
    }

    static Font bold(int size) {
        return new Font(LETTERS, Font.BOLD, size);
    }
}
