//! Visitors and people from the embassies nearby.

use crate::personas::script::Beat::{ChangeNumber, Document, Location, OptOut, Pause, Photo, React, Say};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "en_glasses_ready",
        language: Language::En,
        opening: &[Say(
            "[Hi|Hello|Hey there|Good morning], [are my glasses ready?|any news on my glasses?|can I pick up my glasses today?] [Job {order}|It's order {order}|The slip says {order}]",
        )],
        answered: &[&[Say(
            "[Great, I'll come by on {day}|Perfect, see you {day}|Thanks, I'll stop by {day} around {hour}]",
        )]],
        buttons: Buttons::Taps,
        unanswered: Some((60, &[Say("[Anyone there?|Just checking on order {order} again]")])),
    },
    Script {
        id: "en_sunglasses",
        language: Language::En,
        opening: &[
            Say(
                "[Hi, do you make prescription sunglasses?|Hello! I'd like prescription sunglasses|Can you make sunglasses with my prescription?]",
            ),
            Pause(9),
            Say("[I'm only in town until {day}|I fly home on {day}|I'm staying in {place} until {day}]"),
            Pause(14),
            Photo("[my prescription|this is my Rx|here it is]"),
        ],
        answered: &[
            &[Say("[In {frame} please|Do you have {frame}?|{frame} would be great]")],
            &[Say("[Awesome, thank you|Sounds good, thanks]"), React("🙏")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((45, &[Say("[Is that possible before {day}?|Could you let me know today?]")])),
    },
    Script {
        id: "en_exam",
        language: Language::En,
        opening: &[Say(
            "[Hello, I need an eye exam for {child}|Hi! Can I book an eye exam on {day}?|Do you have a slot on {day} to check my eyes?] [I'm in {place}|We live in {place}|Around {hour} would be best]",
        )],
        answered: &[
            &[Say("[{hour} works|Yes, {hour} please|That works]")],
            &[Say("[Thank you!|Great, thanks|See you then]")],
        ],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "en_insurance",
        language: Language::En,
        opening: &[
            Say(
                "[Hi, I need an invoice for my insurance, order {order}|Could you bill my company for order {order}?|I need a receipt for {price} pesos, order {order}]",
            ),
            Pause(25),
            Document("company_details.pdf"),
        ],
        answered: &[
            &[Say("[By {day} if possible|PDF is fine|Please email it too]")],
            &[Say("[Thanks a lot|Got it, thank you]")],
        ],
        buttons: Buttons::Ignores,
        unanswered: Some((300, &[Say("[Any update on the invoice for {order}?|Still waiting for the invoice]")])),
    },
    Script {
        id: "en_lost",
        language: Language::En,
        opening: &[
            Say(
                "[I can't find your shop.|Where exactly are you?|My taxi driver can't find you.] [I'm somewhere in {place}|I'm near {place}] [and you close at {hour}, right?|, coming for job {order}|, it's {name}]",
            ),
            Pause(10),
            Location,
        ],
        answered: &[&[Say("[Oh I see it|Found it, thanks|Ok walking over]")]],
        buttons: Buttons::Taps,
        unanswered: Some((10, &[Say("[Hello?|I'm still lost near {place}]")])),
    },
    Script {
        id: "en_goes_home",
        language: Language::En,
        opening: &[Say(
            "[Hi, it's {name}. I'm moving back home on {day}|Hey, {name} here, leaving Mexico on {day}], [please keep my prescription on file|can you send me my prescription?] [Order {order}|It was job {order}]",
        )],
        answered: &[
            &[
                Say("[Perfect|Thank you so much]"),
                Pause(90),
                ChangeNumber,
                Pause(30),
                Say("[New number, same {name}|It's {name} on my new number]"),
            ],
            &[OptOut],
        ],
        buttons: Buttons::Ignores,
        unanswered: None,
    },
];
