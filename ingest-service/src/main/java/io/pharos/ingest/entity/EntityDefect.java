package io.pharos.ingest.entity;

/// Why AWS leaves an entity out. The message is AWS's where one is known.
///
/// @param errorType as AWS writes it, one of `InvalidEntity`, `InvalidTypeValue`, `InvalidKeyAttributes`,
///     `InvalidAttributes`, `EntitySizeTooLarge` and `MissingRequiredFields`
public record EntityDefect(String errorType, String message) {
    @Override
    public String toString() {
        return errorType + ": " + message;
    }
}
