/** Names what an application has to name, and no more. */
module notes {
  requires io.inft.jdbc;
  requires java.sql;
}
