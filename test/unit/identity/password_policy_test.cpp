#include "identity/password_policy.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace cloche::identity {
namespace {

std::optional<password_problem> check(std::string_view text, std::size_t least = 15) {
    static const auto email = email_address::parse("hildegard.quendolin@example.org");
    const password_policy policy(least, {"cloche", "intranet"});
    return policy.check(password(std::string(text)), *email, "Hildegard Quendolin");
}

// ID-4
TEST(password_policy, the_length_counts_code_points) {
    EXPECT_EQ(check("fwzkjuqhdmxvbn"), password_problem::too_short);
    EXPECT_EQ(check("fwzkjuqhdmxvbnk"), std::nullopt);
    EXPECT_EQ(
        check("\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xB6"),
        password_problem::too_short
    );
    EXPECT_EQ(check("fwzkjuqh", 8), std::nullopt);
    EXPECT_EQ(check("fwzkjuq", 8), password_problem::too_short);
    EXPECT_EQ(check("kannst du m\xC3\xB6rder-h\xC3\xB6lzer ahnen?"), std::nullopt);
}

TEST(password_policy, long_passphrases_are_taken_and_the_cap_refuses) {
    const std::string passphrase =
        "seven gnomes quarrel about turnips under a leaking umbrella on tuesday";
    ASSERT_GE(passphrase.size(), 64u);
    EXPECT_EQ(check(passphrase), std::nullopt);
    std::string longest = passphrase;
    while (longest.size() < 1024)
        longest += passphrase;
    longest.resize(1024);
    EXPECT_EQ(check(longest), std::nullopt);
    EXPECT_EQ(check(longest + "x"), password_problem::too_long);
}

TEST(password_policy, what_is_no_text_is_refused) {
    EXPECT_EQ(check("\xFF\xFE fwzkjuqhdmxvbnk"), password_problem::not_text);
}

// ID-5: no composition rules.
TEST(password_policy, one_kind_of_character_is_enough) {
    EXPECT_EQ(check("turnipgnomequarrel"), std::nullopt);
    EXPECT_EQ(check("739150284613057294"), std::nullopt);
}

// ID-6: what lists of common passwords hold, at the lengths that get past the length rule.
TEST(password_policy, well_known_passwords_are_refused) {
    const std::string_view table[] = {
        "123456789012345",    "1234567890123456",     "000000000000000",
        "111111111111111",    "123123123123123",      "1234512345123451",
        "112233445566778899", "987654321098765",      "passwordpassword",
        "password12345678",   "Password123456!",      "P@ssw0rdP@ssw0rd",
        "passwordpassword1",  "mypassword123456",     "thisismypassword",
        "changemechangeme",   "letmeinletmein1",      "iloveyouiloveyou",
        "iloveyou12345678",   "ILoveYou4Ever2024",    "qwertyuiopasdfghjkl",
        "qwertyuiop12345",    "qwerty123456789",      "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv",   "zaq12wsxcde34rfv",     "!QAZ2wsx#EDC4rfv",
        "asdfghjklasdfghjkl", "zxcvbnmzxcvbnm123",    "abcdefghijklmnop",
        "abcabcabcabcabcabc", "administrator123",     "Administrator2024!",
        "welcome123456789",   "Welcome2024Welcome",   "correcthorsebatterystaple",
        "superman12345678",   "footballfootball",     "dragondragondragon",
        "trustno1trustno1",   "michaeljennifer1",     "sunshine sunshine",
        "monday monday 2023", "summer2024summer2024", "aaaaaaaaaaaaaaaaaaaa",
        "asdfasdfasdfasdf",   "test1234test1234",     "secretsecret12345",
    };
    for (const auto text : table)
        EXPECT_EQ(check(text), password_problem::common) << text;
}

// ID-6: far more than 3000 values of eight characters and more are known, without a list of them.
TEST(password_policy, thousands_of_common_values_are_refused) {
    const std::vector<std::string> words{
        "password", "welcome",   "sunshine",  "princess",  "football", "baseball", "superman",
        "michael",  "jennifer",  "computer",  "internet",  "iloveyou", "trustno1", "starwars",
        "whatever", "butterfly", "chocolate", "liverpool", "qwertyui", "asdfghjk", "administrator",
        "changeme", "abcdefgh",  "1q2w3e4r",  "corvette",  "mercedes",
    };
    const std::vector<std::string> ends{"",     "1",    "12",   "123",  "1234", "12345",
                                        "!",    "!!",   "01",   "007",  "69",   "99",
                                        "2019", "2020", "2021", "2022", "2023", "2024",
                                        "2025", "1985", "1990", "@1",   "#1",   "123!"};
    std::set<std::string> refused;
    const auto expect_refused = [&](const std::string& candidate) {
        if (candidate.size() < 8) return;
        EXPECT_EQ(check(candidate, 8), password_problem::common) << candidate;
        refused.insert(candidate);
    };
    for (const auto& word : words) {
        for (const auto& end : ends) {
            std::string capital = word;
            if (capital[0] >= 'a') capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
            std::string signs = word;
            for (char& c : signs)
                c = c == 'a' ? '@' : c == 'o' ? '0' : c == 'e' ? '3' : c;
            expect_refused(word + end);
            expect_refused(capital + end);
            expect_refused(signs + end);
            expect_refused(end + word);
            expect_refused(word + word + end);
            expect_refused(capital + word + end);
        }
    }
    EXPECT_GE(refused.size(), 3000u);
}

// ID-6: context words.
TEST(password_policy, the_persons_own_words_and_the_sites_are_refused) {
    EXPECT_EQ(check("hildegardquendolin"), password_problem::personal);
    EXPECT_EQ(check("Hildegard.Quendolin1"), password_problem::personal);
    EXPECT_EQ(check("hildegard.quendolin@example.org"), password_problem::personal);
    EXPECT_EQ(check("quendolin-cloche-2024"), password_problem::personal);
    EXPECT_EQ(check("intranetintranet1"), password_problem::personal);
    EXPECT_EQ(check("hildegard likes seven turnips"), std::nullopt);
}

TEST(password_policy, every_refusal_has_a_stated_reason) {
    const password_policy policy(15, {});
    for (const auto problem :
         {password_problem::not_text,
          password_problem::too_short,
          password_problem::too_long,
          password_problem::common,
          password_problem::personal})
        EXPECT_GT(policy.explain(problem).size(), 20u);
    EXPECT_NE(policy.explain(password_problem::too_short).find("15"), std::string::npos);
}

TEST(password_policy, words_are_what_stands_between_signs) {
    const std::vector<std::string> expected{"hildegard", "quendolin", "example", "org"};
    EXPECT_EQ(words_of("Hildegard.Quendolin@example.ORG a b-c"), expected);
}

}  // namespace
}  // namespace cloche::identity
