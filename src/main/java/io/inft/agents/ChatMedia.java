package io.inft.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;

/** What a message says of media whose bytes lie beside it. */
final class ChatMedia {
  static final String SHA256 = "sha256";
  static final String SIZE = "bytes";

  private ChatMedia() {}

  static void describe(byte[] data, ObjectNode json) {
    json.put(SHA256, Digest.sha256(data).toString());
    json.put(SIZE, data.length);
  }
}
