-- What is said is not here: the journal makes its own tables, beside these.
CREATE TABLE IF NOT EXISTS users (
  login VARCHAR(20) PRIMARY KEY,
  name VARCHAR(40) NOT NULL,
  password VARCHAR(100) NOT NULL,
  admin SMALLINT NOT NULL
);
CREATE TABLE IF NOT EXISTS rooms (
  slug VARCHAR(40) PRIMARY KEY,
  title VARCHAR(40) NOT NULL,
  opened BIGINT NOT NULL
);
