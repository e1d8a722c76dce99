// A PostgreSQL server of the test program's own: started once before its tests, stopped after them
// or with it. A program whose sources include this file has it.
//
// Where PostgreSQL is not installed the tests are skipped; with CI or CLOCHE_REQUIRE_SERVERS in the
// environment they fail.
#pragma once

#include "support/temporary_folder.hpp"

#include <sys/types.h>

#include <memory>
#include <string>

struct pg_conn;

namespace cloche::test {

class postgres_server {
public:
    /// The one of the program.
    static postgres_server& instance();

    postgres_server();
    ~postgres_server();
    postgres_server(const postgres_server&) = delete;
    postgres_server& operator=(const postgres_server&) = delete;

    /// Starts it on the port that it had, and waits until it can be used.
    void start();
    /// As an administrator does it: connections are ended.
    void stop();

    /// The URL of a new, empty database.
    std::string new_database();
    /// The URL of a new schema in one database that all share: sooner made.
    std::string new_schema();
    /// `postgresql://` and on, as the administrator, without TLS.
    std::string url(const std::string& database) const;
    /// For the user `locked`, whose password is `the right word`.
    std::string url_with_password(const std::string& password) const;

private:
    std::string make_name(const char* kind);

    temporary_folder folder_;
    int port_ = 0;
    pid_t server_ = 0;
    int made_ = 0;
};

/// A connection of the test's own, to look behind the store's back. Failures are thrown.
class sql_session {
public:
    explicit sql_session(const std::string& url);
    ~sql_session();
    sql_session(const sql_session&) = delete;
    sql_session& operator=(const sql_session&) = delete;

    /// The first value of the last answer; empty where there is none.
    std::string run(const std::string& sql);

private:
    pg_conn* handle_;
};

}  // namespace cloche::test
