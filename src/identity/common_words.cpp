#include "identity/common_words.hpp"

#include <array>

namespace cloche::identity {
namespace {

// By theme, so that it can be read and added to. Short words (under three letters) are left to
// brute force.
// One word a line would be too many lines.
// clang-format off
constexpr auto words = std::to_array<std::string_view>({
    // the word itself, and what one writes instead
    "password", "passwort", "passw0rd", "passwd", "pass", "passphrase", "parola", "senha",
    "contrasena", "motdepasse", "wachtwoord", "haslo", "heslo", "salasana", "kennwort", "geheim",
    "secret", "private", "default", "changeme", "change", "letmein", "openup", "opensesame",
    "sesame", "access", "login", "logon", "signin", "enter", "welcome", "willkommen", "bienvenue",
    "bonjour", "hello", "hallo", "hola", "guest", "user", "username", "admin", "administrator",
    "root", "toor", "master", "manager", "owner", "system", "server", "service", "support",
    "backup", "oracle", "mysql", "postgres", "linux", "ubuntu", "debian", "windows", "microsoft",
    "google", "facebook", "apple", "android", "iphone", "samsung", "nokia", "internet", "computer",
    "laptop", "network", "website", "email", "account", "security", "secure", "safety", "test",
    "tester", "testing", "temp", "temporary", "demo", "example", "sample", "asdf", "nothing",
    "whatever", "something", "anything", "trustno", "trust", "noone", "nobody", "newpass", "mypass",
    "mypassword", "thepassword", "yourpassword", "forgot", "remember", "thisis", "this", "that",
    "the", "and", "for", "not", "too", "long", "longer", "enough", "characters", "letters", "very",
    "strong", "random", "correcthorsebatterystaple", "correct", "horse", "battery", "staple",
    // affection and abuse
    "iloveyou", "iloveu", "loveyou", "loveme", "lover", "loves", "love", "lovely", "forever",
    "4ever", "ever", "always", "baby", "babygirl", "babyboy", "angel", "sweet", "sweety", "sweetie",
    "honey", "darling", "princess", "prince", "queen", "king", "beautiful", "cutie", "pretty",
    "sexy", "bitch", "asshole", "fuckyou", "fuckme", "fuckoff", "fuck", "pussy", "shit", "bullshit",
    "teamo", "tequiero", "jetaime", "amor", "amour", "liebe", "schatz", "hearts", "heart", "family",
    "mother", "father", "mommy", "daddy", "sister", "brother", "friends", "friend", "bestfriend",
    "girl", "boys", "money", "happy", "lucky", "freedom", "peace", "hope", "faith", "grace",
    "blessed", "jesus", "christ", "jesuschrist", "heaven", "godisgood", "trinity", "bible",
    "church",
    // animals, nature, colours, food
    "monkey", "dragon", "tiger", "tigger", "lion", "panther", "eagle", "falcon", "phoenix", "wolf",
    "bear", "panda", "dolphin", "shark", "snake", "spider", "butterfly", "horses", "kitty",
    "kitten", "puppy", "dogs", "doggy", "cats", "bunny", "rabbit", "turtle", "penguin", "buster",
    "rocky", "bailey", "buddy", "pepper", "ginger", "sunshine", "sunflower", "flower", "flowers",
    "rose", "summer", "winter", "spring", "autumn", "moonlight", "rainbow", "thunder", "lightning",
    "storm", "snow", "ocean", "river", "mountain", "forest", "diamond", "silver", "golden", "gold",
    "purple", "orange", "yellow", "green", "blue", "black", "white", "banana", "strawberry",
    "cherry", "cookie", "cookies", "chocolate", "candy", "cheese", "coffee", "pizza", "peanut",
    "butter", "whiskey", "tequila", "corona", "shadow", "midnight", "star", "stars", "moon",
    // stories, games, music
    "superman", "batman", "spiderman", "ironman", "wolverine", "starwars", "skywalker", "jedi",
    "yoda", "startrek", "matrix", "gandalf", "frodo", "hobbit", "harrypotter", "hogwarts",
    "pokemon", "pikachu", "naruto", "dragonball", "mario", "zelda", "minecraft", "fortnite",
    "roblox", "warcraft", "starcraft", "counterstrike", "playstation", "nintendo", "xbox", "mickey",
    "minnie", "snoopy", "barbie", "hellokitty", "garfield", "scooby", "metallica", "slipknot",
    "nirvana", "beatles", "eminem", "blink", "linkinpark", "greenday", "rockstar", "music",
    "guitar", "player", "gamer", "ninja", "killer", "hunter", "ranger", "warrior", "soldier",
    "pirate", "wizard", "magic", "merlin", "hacker", "legend", "maverick", "cowboy", "mustang",
    "ferrari", "porsche", "mercedes", "corvette", "harley", "yamaha", "honda", "toyota", "camaro",
    "jaguar",
    // sport
    "football", "futbol", "soccer", "baseball", "basketball", "hockey", "tennis", "golf",
    "swimming", "skate", "liverpool", "arsenal", "chelsea", "manchester", "united", "barcelona",
    "realmadrid", "juventus", "milan", "bayern", "dortmund", "celtic", "rangers", "yankees",
    "redsox", "cowboys", "steelers", "lakers", "patriots", "packers", "raiders", "jordan",
    "ronaldo", "messi", "beckham",
    // names of people and places
    "michael", "jennifer", "jessica", "ashley", "daniel", "david", "thomas", "robert", "charlie",
    "andrew", "matthew", "joshua", "william", "james", "john", "joseph", "anthony", "christopher",
    "nicholas", "nicole", "michelle", "samantha", "amanda", "elizabeth", "melissa", "stephanie",
    "jasmine", "hannah", "sophie", "sarah", "laura", "maria", "anna", "alex", "alexander",
    "alexandra", "max", "maximilian", "martin", "peter", "paul", "andrea", "patrick", "george",
    "richard", "edward", "henry", "oliver", "jack", "harry", "maggie", "molly", "lucy", "emily",
    "emma", "olivia", "chloe", "zoe", "carlos", "juan", "jose", "pedro", "miguel", "ricardo",
    "fernando", "sebastian", "gabriel", "rafael", "lucas", "mohammed", "ahmed", "fatima", "yusuf",
    "ivan", "sergey", "natasha", "olga", "vladimir", "america", "american", "england", "london",
    "paris", "berlin", "germany", "deutschland", "france", "espana", "italia", "brasil", "brazil",
    "mexico", "canada", "russia", "india", "pakistan", "australia", "newyork", "california",
    "texas", "chicago", "boston", "dallas", "washington",
    // calendar and numbers
    "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "birthday", "christmas", "halloween", "newyear", "today", "zero", "one", "two",
    "three", "four", "five", "six", "seven", "eight", "nine", "ten", "first", "last", "number",
    "abc",
});
// clang-format on

}  // namespace

std::span<const std::string_view> common_words() noexcept {
    return words;
}

}  // namespace cloche::identity
