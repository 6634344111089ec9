//! Brazilians in the city.

use crate::personas::script::Beat::{Edit, Pause, Photo, React, Say, Voice};
use crate::personas::script::{Buttons, Language, Script};

pub(super) const SCRIPTS: &[Script] = &[
    Script {
        id: "pt_glasses_ready",
        language: Language::Pt,
        opening: &[Say(
            "[Oi|Olá|Bom dia|Oi, tudo bem?], [meus óculos já ficaram prontos?|os meus óculos já chegaram?|posso buscar meus óculos hoje?] [É o pedido {order}|Pedido {order}|Nota {order}]",
        )],
        answered: &[&[Say("[Beleza|Ótimo|Perfeito], [passo aí na {day}|vou buscar {day}]. [Obrigado|Obrigada|Valeu]")]],
        buttons: Buttons::Taps,
        unanswered: Some((60, &[Say("[Oi? Alguém aí?|Conseguiu ver o pedido {order}?]")])),
    },
    Script {
        id: "pt_exam",
        language: Language::Pt,
        opening: &[
            Say("[oi|olá|boa tarde]"),
            Pause(5),
            Say(
                "[quero marcar um exame de vista|vocês têm horário pra exame de vista?|preciso atualizar meu grau] [na {day}|pra {child}|na {day} às {hour}]",
            ),
        ],
        answered: &[&[Say("[Às {hour} tá bom|Pode ser às {hour}|{hour}h é perfeito]")], &[React("👍")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
    Script {
        id: "pt_price_with_photo",
        language: Language::Pt,
        opening: &[
            Photo("[minha receita|essa é a receita]"),
            Pause(15),
            Say(
                "[quanto fica um multifocal com armação {frame}?|me passa um orçamento com armação {frame}?|quanto custa com armação {frame}?] [moro em {place}|tô em {place}|]",
            ),
        ],
        answered: &[
            &[Say("[Tá caro hein|Dá pra parcelar?|Tem desconto à vista?]")],
            &[Say("[Vou pensar, obrigado|Fechado, passo {day}]")],
        ],
        buttons: Buttons::Taps,
        unanswered: Some((45, &[Say("[E aí, conseguiu ver?|Quanto fica?]")])),
    },
    Script {
        id: "pt_complaint",
        language: Language::Pt,
        opening: &[
            Say(
                "[Que atendimento ruim|Tô bem chateado|Péssimo atendimento], [já fui três vezes e nada do pedido {order}|falaram {price} e cobraram mais, pedido {order}|tô esperando há {weeks} semanas o pedido {order}]",
            ),
            Pause(20),
            Voice,
        ],
        answered: &[&[Say("[Não resolve meu problema|É sempre isso|Quero meu dinheiro de volta]")]],
        buttons: Buttons::Ignores,
        unanswered: Some((30, &[Say("[Ninguém responde?|Vou reclamar no Procon]")])),
    },
    Script {
        id: "pt_corrects_the_day",
        language: Language::Pt,
        opening: &[
            Say(
                "[Confirmo o exame de hoje|Confirmo minha consulta de amanhã], [{name}|aqui é {name}], [às {hour}|{hour}h]",
            ),
            Pause(25),
            Edit("[Confirmo o exame de {day}|Confirmo minha consulta de {day}], [{name}|aqui é {name}]"),
        ],
        answered: &[&[Say("[Obrigado|Obrigada, até lá|Valeu]")]],
        buttons: Buttons::Taps,
        unanswered: None,
    },
];
