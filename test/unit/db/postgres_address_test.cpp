#include "db/postgres_address.hpp"

#include <gtest/gtest.h>

namespace cloche::db {
namespace {

postgres_address parsed(const std::string& url) {
    std::string why;
    auto address = postgres_address::parse(url, why);
    EXPECT_TRUE(address) << why;
    return *address;
}

postgres_parameters parameters(const std::string& url) {
    const auto address = parsed(url);
    return address.parameters_for(address.hosts().front(), "");
}

TEST(postgres_address, url_is_taken_apart) {
    const auto found = parameters("postgresql://me:my%20word@db.example:6543/sessions");
    EXPECT_EQ(found.at("user"), "me");
    EXPECT_EQ(found.at("password"), "my word");
    EXPECT_EQ(found.at("host"), "db.example");
    EXPECT_EQ(found.at("port"), "6543");
    EXPECT_EQ(found.at("dbname"), "sessions");
}

TEST(postgres_address, only_a_server_that_can_be_written_to_will_do) {
    EXPECT_EQ(parameters("postgresql://db/x").at("target_session_attrs"), "read-write");
    EXPECT_EQ(
        parameters("postgresql://db/x?target_session_attrs=any").at("target_session_attrs"), "any"
    );
}

TEST(postgres_address, options_of_the_url_stay) {
    const auto options = parameters("postgresql://db/x?options=-csearch_path%3Dmine").at("options");
    EXPECT_EQ(options.find("-csearch_path=mine "), 0U) << options;
    EXPECT_NE(options.find("statement_timeout"), std::string::npos) << options;
}

TEST(postgres_address, each_of_several_hosts_has_its_own_port) {
    const auto hosts = parsed("postgresql://one:1,two:2/x").hosts();
    ASSERT_EQ(hosts.size(), 2U);
    EXPECT_EQ(hosts[0].name, "one");
    EXPECT_EQ(hosts[0].port, "1");
    EXPECT_EQ(hosts[1].name, "two");
    EXPECT_EQ(hosts[1].port, "2");
}

TEST(postgres_address, only_names_are_looked_up) {
    const auto is_name = [](const char* url) { return parsed(url).hosts().front().is_name(); };
    EXPECT_TRUE(is_name("postgresql://db.example/x"));
    EXPECT_FALSE(is_name("postgresql://192.0.2.1/x"));
    EXPECT_FALSE(is_name("postgresql://[2001:db8::1]/x"));
    EXPECT_FALSE(is_name("postgresql:///x?host=/run/postgresql"));
    EXPECT_FALSE(is_name("postgresql://db.example/x?hostaddr=192.0.2.1"));
}

TEST(postgres_address, description_has_no_password) {
    EXPECT_EQ(
        parsed("postgresql://me:word@one:1,two/sessions").description(),
        "sessions at one:1, two:5432"
    );
}

TEST(postgres_address, password_is_kept_out_of_the_log) {
    const auto address = parsed("postgresql://me:word@one/x");
    EXPECT_EQ(address.fit_for_a_log("a word\n\tor word"), "a *** or ***");
    EXPECT_EQ(parsed("postgresql://me@one/x").fit_for_a_log("a word\n"), "a word");
}

TEST(postgres_address, what_is_no_url_is_refused_without_being_quoted) {
    std::string why;
    EXPECT_FALSE(postgres_address::parse("postgresql://me:w%zz@one/x", why));
    EXPECT_EQ(why.find("w%zz"), std::string::npos);
    EXPECT_FALSE(postgres_address::parse("postgresql://one/x?colour=red", why));
}

}  // namespace
}  // namespace cloche::db
