#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cloche::test {
namespace {

const std::string programs = "/usr/lib/postgresql/15/bin/";

constexpr int skipped = 77;  // what CTest takes for it

/// PostgreSQL does not run as root: the user that its package makes.
const passwd* other_user() {
    return ::getuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

bool is_installed() {
    const bool there = ::access((programs + "postgres").c_str(), X_OK) == 0;
    return there && (::getuid() != 0 || other_user() != nullptr);
}

/// Starts a program that ends with this one, its output in a file.
pid_t start_program(const std::vector<std::string>& words, const std::string& output) {
    std::vector<char*> arguments;
    for (const auto& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const passwd* const user = other_user();
    const uid_t uid = user == nullptr ? 0 : user->pw_uid;
    const gid_t gid = user == nullptr ? 0 : user->pw_gid;

    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("cannot start a process");
    if (child > 0) return child;
    // From here on only what is allowed between fork and exec.
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (file >= 0) {
        ::dup2(file, STDOUT_FILENO);
        ::dup2(file, STDERR_FILENO);
    }
    if (uid != 0 && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
        ::_exit(126);
    // After the change of the user, which would undo it. SIGQUIT ends PostgreSQL at once.
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

void run_program(const std::vector<std::string>& words, const std::string& output) {
    int status = 0;
    ::waitpid(start_program(words, output), &status, 0);
    if (status == 0) return;
    std::ifstream file(output);
    const std::string said((std::istreambuf_iterator<char>(file)), {});
    throw std::runtime_error(words.front() + " failed: " + said);
}

int free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(listener);
    return ntohs(address.sin_port);
}

std::unique_ptr<postgres_server> running;

class postgres_environment final : public testing::Environment {
public:
    void SetUp() override {
        const bool required = std::getenv("CI") || std::getenv("CLOCHE_REQUIRE_SERVERS");
        if (!is_installed() && !required) {
            std::cerr << "skipped: PostgreSQL 15 is not installed; scripts/setup installs it\n";
            std::_Exit(skipped);
        }
        ASSERT_TRUE(is_installed()) << "PostgreSQL 15 is not installed; scripts/setup installs it";
        running = std::make_unique<postgres_server>();
    }
    void TearDown() override { running.reset(); }
};

const auto* const registered = testing::AddGlobalTestEnvironment(new postgres_environment);

}  // namespace

postgres_server& postgres_server::instance() {
    if (!running) throw std::logic_error("the PostgreSQL server is not running");
    return *running;
}

postgres_server::postgres_server() : port_(free_port()) {
    const auto* const user = other_user();
    if (user != nullptr && ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("cannot give a folder to the user postgres");
    run_program(
        {programs + "initdb",
         "--pgdata=" + folder_.file("data"),
         "--username=administrator",
         "--auth=trust",
         "--encoding=UTF8",
         "--locale=C",
         "--no-sync",
         "--no-instructions"},
        folder_.file("initdb.log")
    );
    std::ofstream(folder_.file("data/pg_hba.conf"))
        << "host all locked 127.0.0.1/32 scram-sha-256\n"
           "host all all 127.0.0.1/32 trust\n";
    run_program(
        {"/usr/bin/openssl",
         "req",
         "-x509",
         "-newkey",
         "ec",
         "-pkeyopt",
         "ec_paramgen_curve:P-256",
         "-nodes",
         "-subj",
         "/CN=localhost",
         "-keyout",
         folder_.file("data/server.key"),
         "-out",
         folder_.file("data/server.crt")},
        folder_.file("openssl.log")
    );
    start();
    sql_session administrator(url("postgres"));
    administrator.run("CREATE ROLE locked LOGIN PASSWORD 'the right word'");
    administrator.run("CREATE DATABASE shared");
}

postgres_server::~postgres_server() {
    if (server_ != 0) stop();
}

void postgres_server::start() {
    server_ = start_program(
        {programs + "postgres",
         "-D",
         folder_.file("data"),
         "-p",
         std::to_string(port_),
         "-c",
         "listen_addresses=127.0.0.1",
         "-c",
         "unix_socket_directories=" + folder_.path().string(),
         "-c",
         "fsync=off",
         "-c",
         "ssl=on",
         "-c",
         "max_connections=60"},
        folder_.file("server.log")
    );
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (PQping(url("postgres").c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("PostgreSQL does not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void postgres_server::stop() {
    ::kill(server_, SIGINT);
    ::waitpid(server_, nullptr, 0);
    server_ = 0;
}

std::string postgres_server::make_name(const char* kind) {
    return kind + std::to_string(++made_);
}

std::string postgres_server::url(const std::string& database) const {
    return "postgresql://administrator@localhost:" + std::to_string(port_) + '/' + database +
           "?sslmode=disable";
}

std::string postgres_server::url_with_password(const std::string& password) const {
    return "postgresql://locked:" + password + "@127.0.0.1:" + std::to_string(port_) +
           "/shared?sslmode=disable";
}

std::string postgres_server::new_database() {
    const auto name = make_name("database");
    sql_session(url("postgres")).run("CREATE DATABASE " + name);
    return url(name);
}

std::string postgres_server::new_schema() {
    const auto name = make_name("schema");
    sql_session(url("shared")).run("CREATE SCHEMA " + name);
    return url("shared") + "&options=-csearch_path%3D" + name;
}

sql_session::sql_session(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
    if (PQstatus(handle_) == CONNECTION_OK) return;
    const std::string words = PQerrorMessage(handle_);
    PQfinish(handle_);
    throw std::runtime_error(words);
}

sql_session::~sql_session() {
    PQfinish(handle_);
}

std::string sql_session::run(const std::string& sql) {
    PGresult* const answer = PQexec(handle_, sql.c_str());
    const auto status = PQresultStatus(answer);
    std::string value;
    if (PQntuples(answer) > 0 && PQnfields(answer) > 0) value = PQgetvalue(answer, 0, 0);
    PQclear(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(handle_));
    return value;
}

}  // namespace cloche::test
