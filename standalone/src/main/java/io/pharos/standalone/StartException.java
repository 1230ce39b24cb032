package io.pharos.standalone;

/// Why Pharos can not start, as one line for the person who typed `./pharos up`.
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartException(String line) {
        super(line, null, false, false);
    }
}
