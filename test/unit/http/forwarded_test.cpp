#include "http/forwarded.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::http {
namespace {

namespace ip = boost::asio::ip;

trusted_proxies trust(const std::vector<std::string>& networks) {
    std::string why;
    auto parsed = trusted_proxies::parse(networks, why);
    if (!parsed) throw std::invalid_argument(why);
    return *parsed;
}

using lines = std::vector<std::pair<std::string_view, std::string_view>>;

std::string client(std::string_view peer, const lines& from, const trusted_proxies& trusted) {
    std::vector<field> fields;
    for (const auto& [name, value] : from)
        fields.push_back({identify(name), name, value});
    return client_address(ip::make_address(peer), fields, trusted).to_string();
}

TEST(trusted_proxies, contain_the_networks_that_were_given_and_no_others) {
    const auto trusted =
        trust({"10.0.0.0/8", "192.0.2.7", "172.16.0.0/12", "fd00::/8", "2001:db8:1:2::/63", "::1"});
    for (const char* const in :
         {"10.0.0.0",
          "10.255.255.255",
          "192.0.2.7",
          "172.16.0.1",
          "172.31.255.255",
          "fd12::1",
          "fdff:ffff::",
          "2001:db8:1:2::5",
          "2001:db8:1:3::",
          "::1",
          "::ffff:10.1.2.3"}) {
        EXPECT_TRUE(trusted.contains(ip::make_address(in))) << in;
    }
    for (const char* const out :
         {"9.255.255.255",
          "11.0.0.0",
          "192.0.2.6",
          "192.0.2.8",
          "172.32.0.0",
          "127.0.0.1",
          "fc00::",
          "fe00::1",
          "2001:db8:1:4::",
          "2001:db8:1:1::",
          "::2",
          "::ffff:11.0.0.0",
          "::10.0.0.1",
          "::"}) {
        EXPECT_FALSE(trusted.contains(ip::make_address(out))) << out;
    }
}

TEST(trusted_proxies, are_none_by_default_FW_1) {
    for (const char* const address : {"127.0.0.1", "::1", "10.0.0.1", "0.0.0.0", "::"}) {
        EXPECT_FALSE(trusted_proxies().contains(ip::make_address(address))) << address;
        EXPECT_FALSE(trust({}).contains(ip::make_address(address))) << address;
    }
}

TEST(trusted_proxies, what_is_no_network_is_refused_in_words) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "is no address or network"},
        {"localhost", "is no address or network"},
        {"10.0.0.0/33", "is no address or network"},
        {"10.0.0.0/", "is no address or network"},
        {"10.0.0.0/-1", "is no address or network"},
        {"10.0.0/8", "is no address or network"},
        {"10.0.0.0/8/8", "is no address or network"},
        {" 10.0.0.0/8", "is no address or network"},
        {"fd00::/129", "is no address or network"},
        {"fe80::1%1", "is no address or network"},
        {"10.0.0.1/8", "has bits set behind its prefix"},
        {"fd00::1/8", "has bits set behind its prefix"},
        {"0.0.0.0/0", "would trust everybody"},
        {"::/0", "would trust everybody"},
        {"::ffff:10.0.0.0/104", "is an IPv4 network: write it as one"},
    };
    for (const auto& [text, reason] : cases) {
        std::string why;
        EXPECT_FALSE(trusted_proxies::parse(std::vector<std::string>{"192.0.2.1", text}, why))
            << text;
        EXPECT_EQ(why, std::string("trusted_proxies: \"") + text + "\" " + reason);
    }
}

TEST(client_address, fields_of_an_untrusted_peer_count_for_nothing_FW_1) {
    const lines forged = {
        {"X-Forwarded-For", "192.0.2.1"},
        {"Forwarded", "for=192.0.2.1"},
        {"X-Real-IP", "192.0.2.1"}};
    EXPECT_EQ(client("198.51.100.9", forged, trusted_proxies()), "198.51.100.9");
    EXPECT_EQ(client("198.51.100.9", forged, trust({"10.0.0.0/8"})), "198.51.100.9");
}

TEST(client_address, is_the_right_most_hop_that_is_not_trusted_FW_2) {
    const auto trusted = trust({"10.0.0.0/8", "fd00::/8"});
    const std::pair<lines, const char*> cases[] = {
        {{}, "10.0.0.1"},
        {{{"X-Forwarded-For", "192.0.2.1"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "6.6.6.6, 192.0.2.1"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "6.6.6.6, 192.0.2.1, 10.0.0.2,10.0.0.3"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "192.0.2.1, 10.0.0.2"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-For", "10.0.0.2"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "10.0.0.5, 10.0.0.4"}}, "10.0.0.5"},
        {{{"X-Forwarded-For", "192.0.2.1:4711"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1"},
        {{{"X-Forwarded-For", "[2001:db8::1]:4711"}}, "2001:db8::1"},
        {{{"X-Forwarded-For", "::ffff:192.0.2.1"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", "192.0.2.1, ::ffff:10.0.0.2, fd00::1"}}, "192.0.2.1"},
        {{{"X-Forwarded-For", " , 192.0.2.1 ,, "}}, "192.0.2.1"},
        // A hop that hides or cannot be read ends the walk at the one that reported it.
        {{{"X-Forwarded-For", "192.0.2.1, unknown"}}, "10.0.0.1"},
        {{{"X-Forwarded-For", "192.0.2.1, 6.6.6.6, garbage, 10.0.0.2"}}, "10.0.0.2"},
        {{{"X-Forwarded-For", "fe80::1%eth0"}}, "10.0.0.1"},
        {{{"X-Forwarded-For", "192.0.2.1.5"}}, "10.0.0.1"},
        {{{"X-Forwarded-For", "0300.0.2.1"}}, "10.0.0.1"},
        {{{"X-Forwarded-For", ""}}, "10.0.0.1"},
        {{{"Forwarded", "for=192.0.2.1"}}, "192.0.2.1"},
        {{{"Forwarded", "for=6.6.6.6, proto=https;For=\"192.0.2.1:80\";host=a"}}, "192.0.2.1"},
        {{{"Forwarded", "for=\"[2001:db8::1]:4711\""}}, "2001:db8::1"},
        {{{"Forwarded", "for=\"6.6.6.6, for=7.7.7.7\", for=192.0.2.1"}}, "192.0.2.1"},
        {{{"Forwarded", "for=\"6.6.6.6, for=192.0.2.1"}}, "192.0.2.1"},
        {{{"Forwarded", "for=6.6.6.6, for=unknown"}}, "10.0.0.1"},
        {{{"Forwarded", "for=6.6.6.6, for=_hidden"}}, "10.0.0.1"},
        {{{"Forwarded", "for=6.6.6.6, proto=https"}}, "10.0.0.1"},
        {{{"Forwarded", "for=192.0.2.1"}, {"Forwarded", "for=10.0.0.2"}}, "192.0.2.1"},
        {{{"X-Real-IP", "192.0.2.1"}}, "10.0.0.1"},
    };
    for (const auto& [fields, expected] : cases) {
        EXPECT_EQ(client("10.0.0.1", fields, trusted), expected)
            << (fields.empty() ? "" : fields[0].second);
    }
}

TEST(client_address, neither_field_is_believed_where_the_two_disagree_FW_2) {
    const auto trusted = trust({"10.0.0.0/8"});
    EXPECT_EQ(
        client(
            "10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=192.0.2.1"}}, trusted
        ),
        "192.0.2.1"
    );
    EXPECT_EQ(
        client(
            "10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=6.6.6.6"}}, trusted
        ),
        "10.0.0.1"
    );
}

TEST(client_address, a_list_without_end_is_not_walked_to_its_end) {
    std::string list = "192.0.2.1";
    for (int i = 0; i < 1000; ++i)
        list += ",10.0.0.2";
    EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", list}}, trust({"10.0.0.0/8"})), "10.0.0.2");
}

TEST(client_address, a_mapped_peer_is_the_ipv4_address_it_stands_for) {
    EXPECT_EQ(client("::ffff:192.0.2.1", {}, trusted_proxies()), "192.0.2.1");
    EXPECT_EQ(
        client("::ffff:10.0.0.1", {{"X-Forwarded-For", "192.0.2.1"}}, trust({"10.0.0.0/8"})),
        "192.0.2.1"
    );
}

TEST(limit_key, counts_ipv6_by_the_64_bits_a_customer_gets_EN_5) {
    EXPECT_EQ(limit_key(ip::make_address("192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(limit_key(ip::make_address("::ffff:192.0.2.1")), "192.0.2.1");
    EXPECT_EQ(limit_key(ip::make_address("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
    EXPECT_EQ(limit_key(ip::make_address("2001:db8:1:2:ffff::")), "2001:db8:1:2::/64");
    EXPECT_NE(
        limit_key(ip::make_address("2001:db8:1:3::1")),
        limit_key(ip::make_address("2001:db8:1:2::1"))
    );
}

TEST(forwarded_value, is_quoted_and_brackets_ipv6_FW_4) {
    EXPECT_EQ(
        forwarded_value("192.0.2.1", "https", "a.example:8443"),
        "for=\"192.0.2.1\";host=\"a.example:8443\";proto=\"https\""
    );
    EXPECT_EQ(
        forwarded_value("2001:db8::1", "http", "[::1]:3000"),
        "for=\"[2001:db8::1]\";host=\"[::1]:3000\";proto=\"http\""
    );
}

TEST(forwarded_value, leaves_out_what_cannot_be_quoted_FW_4) {
    EXPECT_EQ(
        forwarded_value("192.0.2.1", "https", "a\";for=6.6.6.6;host=\""),
        "for=\"192.0.2.1\";proto=\"https\""
    );
    EXPECT_EQ(forwarded_value("192.0.2.1", "", "a\\"), "for=\"192.0.2.1\"");
    EXPECT_EQ(forwarded_value("192.0.2.1\r\n", "x y", "\xc3\xa9"), "");
}

TEST(has_passed, finds_our_pseudonym_in_via_PX_10) {
    const auto passed = [](std::string_view via) {
        const std::vector<field> fields = {
            {field_id::other, "X", "1.1 cloche-7f"}, {field_id::via, "Via", via}};
        return has_passed(fields, "cloche-7f");
    };
    EXPECT_TRUE(passed("1.1 cloche-7f"));
    EXPECT_TRUE(passed("1.1 CLOCHE-7F"));
    EXPECT_TRUE(passed("1.0 a, HTTP/1.1 cloche-7f (comment), 1.1 b"));
    EXPECT_FALSE(passed(""));
    EXPECT_FALSE(passed("cloche-7f"));
    EXPECT_FALSE(passed("1.1 cloche-7fe"));
    EXPECT_FALSE(passed("1.1 a (cloche-7f)"));
    EXPECT_FALSE(has_passed({}, "cloche-7f"));
}

}  // namespace
}  // namespace cloche::http
