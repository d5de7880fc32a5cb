package io.inft.lazy.vfs;

import io.inft.bytes.LastActs;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.NativeDB;

/**
 * Our VFS in SQLite's list: a copy of the default one, in which files that have a {@link FileGate}
 * are read and written through it. Locks, shared memory, the log and all other files stay SQLite's.
 * One of these for each class loader that has this driver; nobody else knows its name. Safe for
 * many threads.
 *
 * <p>It is taken out of the list when the driver is deregistered ({@link LastActs}). Files that are
 * open then go on working; {@link HeldCallbacks} keeps what they call. The few hundred bytes that
 * SQLite may still look at stay for as long as the process.
 */
public final class PageVfs {
  /** Guards SQLite's list: one for all who share this SQLite, whatever their class loader. */
  private static final Object LIST = NativeDB.class;

  private static final HeldCallbacks HELD = new HeldCallbacks(PageVfs::release);

  // Mutable, guarded by the class.
  private static @Nullable PageVfs installed;
  private static @Nullable String refusal;
  private static boolean ends;

  private final String name;
  private final VfsTable original;
  private final long address;
  private final OpenFiles files;
  private final InterruptFlag interrupts;

  private PageVfs(
      String name, VfsTable original, long address, OpenFiles files, InterruptFlag interrupts) {
    this.name = name;
    this.original = original;
    this.address = address;
    this.files = files;
    this.interrupts = interrupts;
  }

  /**
   * Installs it at the first call.
   *
   * @throws VfsUnavailableException says why it cannot be; so it says from then on
   * @throws LinkageError if JNA is not there or cannot load its library
   */
  public static synchronized PageVfs get() throws VfsUnavailableException {
    if (installed != null) {
      return installed;
    }
    if (refusal != null) {
      throw new VfsUnavailableException(refusal, null);
    }
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    thread.setContextClassLoader(null); // JNA starts a thread, which would keep an application's
    try (Connection nothing = new JDBC().connect("jdbc:sqlite::memory:", new Properties())) {
      PageVfs vfs = install(nothing.unwrap(SQLiteConnection.class));
      if (!ends) {
        LastActs.add(PageVfs::retire);
        ends = true;
      }
      installed = vfs;
      return vfs;
    } catch (SQLException e) {
      throw new VfsUnavailableException("SQLite does not open: " + e.getMessage(), e);
    } catch (VfsUnavailableException e) {
      refusal = e.reason();
      throw e;
    } catch (LinkageError | VirtualMachineError e) {
      throw e;
    } catch (Error e) { // JNA's own word for a library of another version
      refusal = "net.java.dev.jna:jna cannot be used: " + e.getMessage();
      throw new VfsUnavailableException(refusal, e);
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  private static PageVfs install(SQLiteConnection connection)
      throws VfsUnavailableException, SQLException {
    Addresses.require();
    VfsTable original = VfsTable.of(connection);
    InterruptFlag interrupts = InterruptFlag.find(connection);
    NativeCalls.Vfs.bind(NativeMemory.getLong(original.address() + VfsLayout.VFS_OPEN));
    OpenFiles files = new OpenFiles(HELD);
    FileCallbacks callbacks = new FileCallbacks(original, files);
    HELD.hold(callbacks);
    files.setTables(new FileTables(callbacks.addresses()));
    String name = "inft-" + UUID.randomUUID();
    int bytes = VfsLayout.vfsBytes(original.version());
    long copy = NativeMemory.allocate(bytes);
    NativeMemory.write(copy, NativeMemory.read(original.address(), bytes), 0, bytes);
    NativeMemory.putLong(copy + VfsLayout.VFS_NEXT, 0);
    NativeMemory.putLong(copy + VfsLayout.VFS_NAME, NativeMemory.allocateText(name));
    NativeMemory.putLong(copy + VfsLayout.VFS_OPEN, callbacks.addressOfOpen());
    synchronized (LIST) {
      VarHandle.fullFence();
      NativeMemory.putLong(original.last() + VfsLayout.VFS_NEXT, copy);
    }
    return new PageVfs(name, original, copy, files, interrupts);
  }

  /** JNA's own classes are touched here for the first time. */
  private static final class Addresses {
    private Addresses() {}

    static void require() throws VfsUnavailableException {
      if (com.sun.jna.Native.POINTER_SIZE != Long.BYTES) {
        throw new VfsUnavailableException("addresses have not 64 bits here", null);
      }
    }
  }

  /** Takes it out of SQLite's list; the next {@link #get} installs another. */
  private static synchronized void retire() {
    PageVfs vfs = installed;
    if (vfs == null) {
      return;
    }
    synchronized (LIST) {
      long before = vfs.original.before(vfs.address);
      if (before != 0) {
        long next = NativeMemory.getLong(vfs.address + VfsLayout.VFS_NEXT);
        NativeMemory.putLong(before + VfsLayout.VFS_NEXT, next);
      }
      // A thread that found it a moment ago opens an ordinary file.
      long open = NativeMemory.getLong(vfs.original.address() + VfsLayout.VFS_OPEN);
      NativeMemory.putLong(vfs.address + VfsLayout.VFS_OPEN, open);
    }
    installed = null;
    release();
  }

  /** Once it is out of the list and nothing is open, nothing holds it any more. */
  private static synchronized void release() {
    if (installed == null && HELD.letGo()) {
      NativeCalls.unbind();
      FileTables.forget();
    }
  }

  /** What SQLite finds it by: {@code file:/a/b?vfs=<name>}. */
  public String name() {
    return name;
  }

  /**
   * From now on each handle of a file that SQLite opens with this VFS has a gate.
   *
   * @param path as {@link Path#toRealPath} has it
   * @return false if the file has a maker already
   */
  public boolean add(Path path, FileGate.Maker maker) {
    return files.add(path, maker);
  }

  /** Handles that are open keep their gate. */
  public void remove(Path path, FileGate.Maker maker) {
    files.remove(path, maker);
  }

  /** Opens a database file beside SQLite's connections, past every gate. */
  public OwnFile open(Path path) throws VfsUnavailableException {
    return OwnFile.open(original, HELD, path);
  }

  /** To be closed when this thread has had SQLite open a database. */
  public OpeningThread opening() {
    return files.opening();
  }

  /** Where SQLite has a connection; 0 once it is closed. */
  public static long addressOf(SQLiteConnection connection) throws VfsUnavailableException {
    return VfsTable.connection(connection);
  }

  /**
   * Whether the statement that runs on a connection was interrupted.
   *
   * @param connection its address; it must be open
   */
  public boolean isInterrupted(long connection) {
    return interrupts.isSet(connection);
  }
}
