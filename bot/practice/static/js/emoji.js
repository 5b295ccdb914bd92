/** The emoji shortcodes people and apps use most. Unknown ones stay as they were typed. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|eyes 👀|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|no_entry ⛔
no_entry_sign 🚫|warning ⚠️|rotating_light 🚨|fire 🔥|fire_engine 🚒|boom 💥|bomb 💣|sos 🆘|pushpin 📌|round_pushpin 📍
bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|question ❓|grey_question ❔|exclamation ❗|bangbang ‼️
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛
green_circle 🟢|yellow_circle 🟡|orange_circle 🟠|blue_circle 🔵|purple_circle 🟣|small_red_triangle 🔺|small_blue_diamond 🔹|small_orange_diamond 🔸
firefighter 👩‍🚒|male-firefighter 👨‍🚒|detective 🕵️|technologist 🧑‍💻|computer 💻|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩
mag 🔍|mag_right 🔎|microscope 🔬|test_tube 🧪|bulb 💡|zap ⚡|electric_plug 🔌|battery 🔋|satellite 🛰️|satellite_antenna 📡
clipboard 📋|memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄|bookmark_tabs 📑|books 📚|book 📖|notebook 📓|scroll 📜
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|calendar 📅|date 📅|spiral_calendar_pad 🗓️|hourglass ⌛|hourglass_flowing_sand ⏳
alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|watch ⌚|clock1 🕐|clock3 🕒|clock9 🕘|mantelpiece_clock 🕰️|repeat 🔁|arrows_counterclockwise 🔄
link 🔗|paperclip 📎|lock 🔒|unlock 🔓|key 🔑|shield 🛡️|closed_lock_with_key 🔐|bust_in_silhouette 👤|busts_in_silhouette 👥|crown 👑
wave 👋|raised_hands 🙌|clap 👏|pray 🙏|ok_hand 👌|muscle 💪|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|raised_hand ✋|hand ✋|handshake 🤝|writing_hand ✍️
tada 🎉|confetti_ball 🎊|sparkles ✨|star ⭐|star2 🌟|rocket 🚀|ship 🚢|package 📦|construction 🚧|traffic_light 🚦|checkered_flag 🏁|triangular_flag_on_post 🚩|dart 🎯
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|broken_heart 💔|100 💯
smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|slightly_smiling_face 🙂|wink 😉|blush 😊|sunglasses 😎|thinking_face 🤔|neutral_face 😐|confused 😕
cry 😢|sob 😭|scream 😱|sweat_smile 😅|sweat 😓|facepalm 🤦|face_palm 🤦|shrug 🤷|rolling_eyes 🙄|sleeping 😴|zzz 💤|skull 💀|ghost 👻|robot_face 🤖|melting_face 🫠|saluting_face 🫡
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|fast_forward ⏩|arrow_heading_up ⤴️|back 🔙|soon 🔜|new 🆕|free 🆓|up 🆙|ok 🆗
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|keycap_ten 🔟|information_source ℹ️|heavy_plus_sign ➕|heavy_minus_sign ➖
cloud ☁️|rain_cloud 🌧️|sunny ☀️|partly_sunny ⛅|rainbow 🌈|snowflake ❄️|ocean 🌊|earth_africa 🌍|globe_with_meridians 🌐|house 🏠|office 🏢|hospital 🏥|ambulance 🚑|helmet_with_white_cross ⛑️
adhesive_bandage 🩹|pill 💊|ladder 🪜|bug 🐛|beetle 🪲|turtle 🐢|snail 🐌|owl 🦉|canned_food 🥫|coffee ☕|pizza 🍕|cake 🍰|beers 🍻|money_with_wings 💸|moneybag 💰|credit_card 💳
telephone_receiver 📞|phone ☎️|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|wastebasket 🗑️|label 🏷️|ticket 🎫
headphones 🎧|microphone 🎤|movie_camera 🎥|camera 📷|art 🎨|jigsaw 🧩|compass 🧭|world_map 🗺️|anchor ⚓|crystal_ball 🔮|seedling 🌱|evergreen_tree 🌲|four_leaf_clover 🍀
double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|stop_button ⏹️|record_button ⏺️|octagonal_sign 🛑|stop_sign 🛑|vertical_traffic_light 🚦|recycle ♻️|infinity ♾️|fireworks 🎆|trophy 🏆|medal 🏅
`;

const EMOJI = new Map(TABLE.trim().split(/[|\n]/).map((entry) => entry.trim().split(" ")));

/** What is offered first when picking a reaction. */
export const COMMON = [
  "pushpin", "eyes", "white_check_mark", "+1", "raised_hands", "heart", "tada", "warning", "rotating_light", "fire",
  "thinking_face", "question", "x", "hourglass_flowing_sand", "wrench", "mag", "bulb", "speech_balloon", "memo", "rocket",
  "pray", "clap", "joy", "sob", "muscle", "100", "chart_with_downwards_trend", "bug", "saluting_face", "wave",
];

/** The sign for a shortcode ("eyes", "+1::skin-tone-3"), or undefined. */
export const emojiFor = (name) => EMOJI.get(name.split("::")[0]);

/** Shortcodes that hold these letters, the common ones first. */
export function findEmoji(letters) {
  const wanted = letters.trim().toLowerCase().replaceAll(":", "");
  if (!wanted) return COMMON;
  return [...new Set([...COMMON, ...EMOJI.keys()])].filter((name) => name.includes(wanted)).slice(0, 60);
}
