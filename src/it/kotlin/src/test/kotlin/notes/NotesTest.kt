package notes

import io.inft.jdbc.InftConnection
import io.inft.jdbc.InftDataSource
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Compiled with warnings as errors: no safe call is too many, none is missing. */
class NotesTest {
  @TempDir lateinit var folder: Path

  @Test
  fun writesAndReads() {
    val source = InftDataSource()
    source.databaseName = "notes"
    source.network = "embedded"
    source.home = folder.toString()
    val home: String? = source.home
    assertThat(home?.length).isEqualTo(folder.toString().length)

    source.connection.use { db ->
      db.createStatement().use { sql ->
        sql.execute("CREATE TABLE note(text TEXT)")
        sql.execute("INSERT INTO note VALUES ('from Kotlin')")
      }
      val inft = db.unwrap(InftConnection::class.java)
      val version = inft.sync(Duration.ofSeconds(30))
      assertThat(version.number).isEqualTo(inft.version())
      assertThat(inft.history().last().version()).isPositive()
      assertThat(inft.appendEvent("noted", "{}", false, 1).isPresent).isFalse()
    }
  }

  private fun compiled(line: String): String {
    val file = Files.writeString(folder.resolve("Wrong.kt"), "fun wrong(db: io.inft.jdbc.InftConnection) = $line\n")
    val said = ByteArrayOutputStream()
    val code =
        K2JVMCompiler().exec(
            PrintStream(said), "-no-stdlib", "-no-reflect", "-cp", System.getProperty("java.class.path"),
            "-d", folder.resolve("out").toString(), file.toString())
    return if (code == ExitCode.OK) "" else "error: " + said
  }

  @Test
  fun theCompilerRefusesANullThatMayNotBe() {
    assertThat(compiled("db.history().size")).doesNotContain("error")
    assertThat(compiled("db.appendEvent(null, \"{}\", false, 1)")).contains("null cannot be a value of a non-null type")
    assertThat(compiled("db.sync(null)")).contains("null cannot be a value of a non-null type")
  }

  @Test
  fun theCompilerRefusesToReadWhatMayBeNull() {
    assertThat(compiled("io.inft.jdbc.InftDataSource().home.length")).contains("only safe (?.) or non-null asserted (!!.) calls")
  }
}
