package io.inft.agents.adk;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.adk.artifacts.BaseArtifactService;
import com.google.adk.artifacts.ListArtifactsResponse;
import com.google.common.collect.ImmutableList;
import com.google.genai.types.Part;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Media;
import io.inft.agents.rows.Rows;
import io.inft.agents.rows.Sealed;
import io.inft.agents.rows.Sealing;
import io.inft.agents.rows.StoreException;
import io.inft.agents.rows.Transaction;
import io.inft.bytes.JsonMappers;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * ADK's artifacts in a {@code jdbc:inft:} database: every version of every file, from 0 on, as
 * bytes. A file whose name begins with {@code user:} belongs to the user, any other to the session.
 * Saving leaves an event {@code adk.artifact} in the event log.
 *
 * <p>Each call is a transaction of its own, made once when the answer is subscribed to, on the
 * thread that does. The table {@code inft_adk_artifact} is made by the first write. Failures of the
 * database are {@link StoreException}. May be shared between threads.
 */
public final class InftArtifactService implements BaseArtifactService {
  private static final String USER_FILE = "user:";
  private static final String WHERE = " WHERE app = ? AND user = ? AND session = ? AND file = ?";

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE inft_adk_artifact(number INTEGER PRIMARY KEY, app TEXT NOT NULL,"
              + " user TEXT NOT NULL, session TEXT NOT NULL, file TEXT NOT NULL,"
              + " version INTEGER NOT NULL, part TEXT NOT NULL "
              + Sealed.check("part")
              + ", data BLOB, UNIQUE (app, user, session, file, version))");

  /** Whether a row can be read here. */
  private static final String READABLE =
      " AND (typeof(part) <> 'blob' OR inft_sealed_state(part) = 'readable')";

  private final Rows rows;
  private final Sealing sealing;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftArtifactService(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of what is saved from now on; names of files are not sealed
   */
  public InftArtifactService(DataSource dataSource, Sealing sealing) {
    this.rows = new Rows(Lender.of(dataSource), SCHEMA, "inft_adk_artifact", sealing);
    this.sealing = sealing;
  }

  /** A file of a session, or of a user. */
  private record Place(String app, String user, String session, String file) {
    Place {
      Objects.requireNonNull(app, "appName cannot be null");
      Objects.requireNonNull(user, "userId cannot be null");
      Objects.requireNonNull(file, "filename cannot be null");
      session = file.startsWith(USER_FILE) ? "" : session;
    }
  }

  /** Saves a version; answers its number. */
  @Override
  public Single<Integer> saveArtifact(
      String app, String user, String session, String file, Part part) {
    Place place = new Place(app, user, session, file);
    JsonNode json = AdkEvents.tree(part.toJson());
    List<byte[]> media = new ArrayList<>();
    Media.takeOut(json.path(AdkEvents.INLINE), AdkEvents.DATA, media);
    byte[] data = media.isEmpty() ? null : media.get(0);
    return Single.fromCallable(
            () ->
                work(
                    "save artifact '" + file + "'",
                    () ->
                        rows.write(
                            connection -> {
                              int version =
                                  Rows.query(
                                          connection,
                                          row -> row.getInt(1),
                                          "SELECT coalesce(max(version) + 1, 0) FROM"
                                              + " inft_adk_artifact"
                                              + WHERE,
                                          place.app(),
                                          place.user(),
                                          place.session(),
                                          file)
                                      .get(0);
                              Optional<String> subject =
                                  sealing.subjectOf(Sealing.Origin.of(app, user, session));
                              Rows.update(
                                  connection,
                                  "INSERT INTO inft_adk_artifact"
                                      + "(app, user, session, file, version, part, data)"
                                      + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                  place.app(),
                                  place.user(),
                                  place.session(),
                                  file,
                                  version,
                                  Sealed.of(connection, subject, JsonMappers.text(json)),
                                  Sealed.of(connection, subject, data));
                              Rows.event(
                                  connection,
                                  "adk.artifact",
                                  AdkEvents.text(
                                      Map.of(
                                          "app",
                                          app,
                                          "user",
                                          user,
                                          "session",
                                          place.session(),
                                          "file",
                                          file,
                                          "version",
                                          version)));
                              return version;
                            })))
        .cache();
  }

  /**
   * A version of a file, or the newest. One that is sealed and cannot be opened here is none.
   *
   * @param version which; null for the newest
   */
  @Override
  public Maybe<Part> loadArtifact(
      String app, String user, String session, String file, @Nullable Integer version) {
    Place place = new Place(app, user, session, file);
    return Maybe.fromCallable(
        () -> {
          List<Optional<Part>> found =
              read(
                  "load artifact '" + file + "'",
                  connection ->
                      Rows.query(
                          connection,
                          row -> part(connection, row.getObject(1), row.getBytes(2)),
                          "SELECT part, data FROM inft_adk_artifact"
                              + WHERE
                              + " AND version = coalesce(?, version)"
                              + READABLE
                              + " ORDER BY version DESC LIMIT 1",
                          place.app(),
                          place.user(),
                          place.session(),
                          file,
                          version));
          return found.isEmpty() ? null : found.get(0).orElse(null);
        });
  }

  private static Optional<Part> part(Connection connection, Object stored, byte @Nullable [] data)
      throws SQLException {
    Optional<String> opened = Sealed.text(connection, stored);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    JsonNode json = AdkEvents.tree(opened.get());
    if (data != null) {
      Optional<byte[]> bytes =
          stored instanceof byte[] ? Sealed.bytes(connection, data) : Optional.of(data);
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      Media.putBack(
          json.path(AdkEvents.INLINE), AdkEvents.DATA, new ArrayList<>(List.of(bytes.get())));
    }
    return Optional.of(Part.fromJson(JsonMappers.text(json)));
  }

  /** The files of a session and of its user, in the order of their names. */
  @Override
  public Single<ListArtifactsResponse> listArtifactKeys(String app, String user, String session) {
    return Single.fromCallable(
        () ->
            ListArtifactsResponse.builder()
                .filenames(
                    read(
                        "list artifacts",
                        connection ->
                            Rows.query(
                                connection,
                                row -> row.getString(1),
                                "SELECT DISTINCT file FROM inft_adk_artifact WHERE app = ?"
                                    + " AND user = ? AND session IN (?, '')"
                                    + READABLE
                                    + " ORDER BY file",
                                app,
                                user,
                                session)))
                .build());
  }

  /** Deletes all versions of a file from the newest state. */
  @Override
  public Completable deleteArtifact(String app, String user, String session, String file) {
    Place place = new Place(app, user, session, file);
    return Completable.fromAction(
            () ->
                work(
                    "delete artifact '" + file + "'",
                    () ->
                        rows.write(
                            connection ->
                                Rows.update(
                                    connection,
                                    "DELETE FROM inft_adk_artifact" + WHERE,
                                    place.app(),
                                    place.user(),
                                    place.session(),
                                    file))))
        .cache();
  }

  /** The versions of a file, oldest first. */
  @Override
  public Single<ImmutableList<Integer>> listVersions(
      String app, String user, String session, String file) {
    Place place = new Place(app, user, session, file);
    return Single.fromCallable(
        () ->
            ImmutableList.copyOf(
                read(
                    "list versions of '" + file + "'",
                    connection ->
                        Rows.query(
                            connection,
                            row -> row.getInt(1),
                            "SELECT version FROM inft_adk_artifact"
                                + WHERE
                                + READABLE
                                + " ORDER BY version",
                            place.app(),
                            place.user(),
                            place.session(),
                            file))));
  }

  private interface Step<T> {
    T take() throws SQLException;
  }

  private <T> List<T> read(String task, Transaction.Work<List<T>> work) {
    return work(task, () -> rows.read(List.of(), work));
  }

  private static <T> T work(String task, Step<T> step) {
    try {
      return step.take();
    } catch (SQLException e) {
      throw new StoreException(task, e);
    }
  }
}
