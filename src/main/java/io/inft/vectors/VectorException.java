package io.inft.vectors;

/** A value is no vector, or two vectors do not go together. */
final class VectorException extends Exception {
  private static final long serialVersionUID = 1L;

  VectorException(String message) {
    super(message);
  }

  VectorException(String message, Throwable cause) {
    super(message, cause);
  }
}
