package io.inft.bytes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Where mappers come from. Jackson by itself keeps its buffers with the thread that used them,
 * which may be an application's and outlive it; these keep a few with the mapper. A tree's own
 * {@code toString} has such a mapper of Jackson's too: {@link #text} does the same.
 */
public final class JsonMappers {
  /** More threads than these at once make buffers of their own. */
  private static final int KEPT_BUFFERS = 8;

  private static final JsonMapper PLAIN = plain();

  private JsonMappers() {}

  /** What {@code toString} of a tree says, which has a mapper of Jackson's own. */
  public static String text(Object tree) {
    try {
      return PLAIN.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a tree of JSON values can always be written", e);
    }
  }

  public static JsonMapper plain() {
    return builder().build();
  }

  public static JsonMapper.Builder builder() {
    return JsonMapper.builder(
        JsonFactory.builder().recyclerPool(JsonRecyclerPools.newBoundedPool(KEPT_BUFFERS)).build());
  }
}
