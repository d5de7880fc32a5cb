package io.inft.store.zerog;

import io.inft.failure.RpcErrorException;
import java.util.Locale;

/** What a node's refusal of an upload means for the uploader. */
enum NodeAnswer {
  /** It has the data already. */
  STORED,
  /** It or a proxy before it wants fewer segments in one call. */
  TOO_LARGE,
  /** It will take the data later. */
  BUSY,
  /** It sees another chain than we do: there was, or will be, a reorganization. */
  MOVED,
  /** It means it. */
  REFUSED;

  private static final int PAYLOAD_TOO_LARGE = 413;
  private static final int OVERSIZED_REQUEST = -32701;

  static NodeAnswer of(RpcErrorException error) {
    String data = error.data();
    String text = (error.reason() + " " + (data == null ? "" : data)).toLowerCase(Locale.ROOT);
    if (text.contains("already uploaded and finalized")
        || text.contains("segment has already been uploaded")) {
      return STORED;
    }
    if (error.code() == PAYLOAD_TOO_LARGE || error.code() == OVERSIZED_REQUEST) {
      return TOO_LARGE;
    }
    if (text.contains("too many data writing") || text.contains("maximum cached chunks")) {
      return BUSY;
    }
    if (text.contains("not match")
        || text.contains("missing tx")
        || text.contains("tx missing")
        || text.contains("transaction reverted")
        || text.contains("when tx is unavailable")) {
      return MOVED;
    }
    return REFUSED;
  }
}
