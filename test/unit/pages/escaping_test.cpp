// Whatever a field of a view holds, it stays text: the page has the same tags and attributes as
// with a harmless one.
#include "pages/pages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

using namespace cloche::pages;

namespace {

struct page_case {
    const char* name;
    std::function<std::string(const std::string&)>
        page;  ///< every text field of the view is the argument
};

site_view site_of(const std::string& text) {
    return {"/" + text, "/" + text, "/" + text, "/" + text, text, "/" + text, true};
}

const std::vector<page_case>& every_page() {
    static const std::vector<page_case> pages{
        {"sign_in",
         [](const std::string& text) {
             sign_in_view view{site_of(text), text, text, notice::signed_out, text, {}};
             view.field_errors = {{"email", text}, {"password", text}, {text, text}};
             return sign_in_page(view);
         }},
        {"register",
         [](const std::string& text) {
             register_view view{site_of(text), text, text, text, text, {}};
             view.field_errors = {
                 {"fullName", text}, {"email", text}, {"password", text}, {text, text}};
             return register_page(view);
         }},
        {"verify",
         [](const std::string& text) {
             return verify_page({site_of(text), text, text});
         }},
        {"verified",
         [](const std::string& text) {
             return verified_page({site_of(text), text});
         }},
        {"verify_failed",
         [](const std::string& text) {
             return verify_failed_page({site_of(text), text});
         }},
        {"account",
         [](const std::string& text) {
             account_view view;
             view.site = site_of(text);
             view.name = text;
             view.email = text;
             view.details = {{text, text}};
             return account_page(view);
         }},
        {"message",
         [](const std::string& text) {
             return message_page({site_of(text), text, text, text, text});
         }},
        {"error",
         [](const std::string& text) {
             return error_page({site_of(text), 500, text, text});
         }},
        {"bounce",
         [](const std::string& text) {
             return bounce_page({site_of(text), "/" + text});
         }},
    };
    return pages;
}

/// What a browser's tokenizer would see as markup: all between `<` and `>`, with quoted values left
/// out.
std::string skeleton(const std::string& html) {
    enum class state { text, tag, quoted } now = state::text;
    std::string seen;
    for (const char c : html) {
        switch (now) {
            case state::text:
                if (c == '<') {
                    now = state::tag;
                    seen += c;
                }
                break;
            case state::tag:
                seen += c;
                if (c == '>') now = state::text;
                if (c == '"') now = state::quoted;
                break;
            case state::quoted:
                if (c != '"') break;
                now = state::tag;
                seen += c;
                break;
        }
    }
    return seen;
}

constexpr std::array hostile_texts{
    R"x("><script>alert(1)</script>)x",
    R"x('><img src=x onerror=alert(1)>)x",
    R"x(</title></textarea></pre><svg onload=alert(1)>)x",
    R"x(" onfocus="alert(1)" autofocus=")x",
    R"x({{{title}}}{{&title}}{{#site}}x{{/site}}{{> top}})x",
    R"x({{=<% %>=}}<%&title%>)x",
    "<!--",
    "&lt;script&gt;",
    "\r\n\r\n<b>",
};

}  // namespace

TEST(escaping, markup_in_a_field_stays_text) {
    for (const auto& each : every_page()) {
        const auto harmless = skeleton(each.page("harmless"));
        for (const char* text : hostile_texts) {
            EXPECT_EQ(skeleton(each.page(text)), harmless) << each.name << " with " << text;
        }
    }
}

TEST(escaping, a_field_is_no_template) {
    for (const auto& each : every_page()) {
        EXPECT_NE(each.page("{{title}}").find("{{title}}"), std::string::npos) << each.name;
    }
}

TEST(escaping, no_page_has_inline_script_style_or_handlers) {
    for (const auto& each : every_page()) {
        const auto html = each.page("x");
        EXPECT_EQ(html.find("<style"), std::string::npos) << each.name;
        EXPECT_EQ(html.find(" style="), std::string::npos) << each.name;
        EXPECT_EQ(skeleton(html).find(" on"), std::string::npos) << each.name;
        for (auto at = html.find("<script"); at != std::string::npos;
             at = html.find("<script", at + 1)) {
            EXPECT_EQ(html.substr(at, 13), "<script src=\"") << each.name;
        }
    }
}
