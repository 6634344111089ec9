//! What the columns of a file are, by what stands above them or, where nothing does, by what stands in them.

use domain::import::Field;
use domain::spelling::plain;
use domain::{PhoneNumber, Region};

/// How columns are called in the files that people have, in plain spelling. What is more than one word is looked for before one is.
const HEADERS: &[(Field, &[&str])] = &[
    (
        Field::FirstName,
        &["first name", "given name", "nombres", "primer nombre", "primeiro nome", "nome proprio", "firstname"],
    ),
    (
        Field::LastName,
        &[
            "last name",
            "family name",
            "surname",
            "apellido",
            "apellidos",
            "sobrenome",
            "apelido",
            "lastname",
            "primer apellido",
        ],
    ),
    (
        Field::ExternalId,
        &[
            "external id",
            "externalid",
            "id externo",
            "record id",
            "contact id",
            "customer id",
            "client id",
            "id cliente",
            "id de cliente",
            "id do cliente",
            "codigo",
            "codigo de cliente",
            "codigo do cliente",
            "numero de cliente",
            "id",
            "user id",
            "uuid",
        ],
    ),
    (Field::Email, &["email", "e mail", "mail", "correo", "correo electronico", "email address", "e mail 1 value"]),
    (
        Field::Phone,
        &[
            "telefono",
            "telefono movil",
            "telefono celular",
            "celular",
            "cel",
            "movil",
            "whatsapp",
            "wa",
            "numero",
            "numero de telefono",
            "numero de whatsapp",
            "phone",
            "phone number",
            "mobile",
            "mobile phone",
            "mobile number",
            "cell",
            "cell phone",
            "tel",
            "telefone",
            "telemovel",
            "fone",
            "numero de telefone",
            "numero de celular",
            "phone 1 value",
            "whatsapp number",
        ],
    ),
    (
        Field::Name,
        &[
            "nombre",
            "nombre completo",
            "nombre y apellido",
            "nombre y apellidos",
            "nome",
            "nome completo",
            "name",
            "full name",
            "contact name",
            "display name",
            "cliente",
            "contacto",
            "contato",
            "paciente",
            "customer",
            "customer name",
            "nombre del cliente",
            "nome do cliente",
            "razon social",
        ],
    ),
    (
        Field::Company,
        &[
            "empresa",
            "compania",
            "company",
            "company name",
            "organization",
            "organisation",
            "organizacion",
            "organizacao",
            "negocio",
        ],
    ),
    (Field::Language, &["idioma", "lengua", "lingua", "language", "lang", "locale"]),
    (
        Field::Notes,
        &[
            "notas",
            "nota",
            "notes",
            "note",
            "observaciones",
            "observacoes",
            "comentarios",
            "comments",
            "obs",
            "descripcion",
            "description",
        ],
    ),
    (
        Field::Tags,
        &["etiquetas", "etiqueta", "tags", "tag", "labels", "grupos", "grupo", "segmento", "group membership"],
    ),
    (
        Field::OptedOut,
        &[
            "baja",
            "opt out",
            "opted out",
            "optout",
            "unsubscribed",
            "no contactar",
            "nao contatar",
            "descadastrado",
            "do not contact",
        ],
    ),
];

/// A word of a longer heading that tells, unless another one takes it back.
const TELLING: &[(Field, &[&str])] = &[
    (Field::Email, &["email", "mail", "correo"]),
    (
        Field::Phone,
        &["telefono", "celular", "movil", "whatsapp", "phone", "mobile", "telefone", "telemovel", "cel", "tel"],
    ),
];
const TAKING_BACK: &[&str] = &[
    "type",
    "tipo",
    "label",
    "etiqueta",
    "ext",
    "extension",
    "fijo",
    "fixo",
    "fax",
    "country",
    "pais",
    "code",
    "status",
    "verified",
    "valido",
];

/// What a heading says that its column is.
pub(super) fn named(heading: &str) -> Option<Field> {
    let words: Vec<String> = plain(heading)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let whole = words.join(" ");
    let is_called = |names: &[&str]| names.contains(&whole.as_str());
    if let Some((field, _)) = HEADERS.iter().find(|(_, names)| is_called(names)) {
        return Some(*field);
    }
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    TELLING.iter().find(|(_, telling)| has(telling) && !has(TAKING_BACK)).map(|(field, _)| *field)
}

/// What the columns are by their headings. Of what a person has one, the first column has it.
pub(super) fn by_heading(headings: &[String]) -> Vec<Option<Field>> {
    let mut found: Vec<Option<Field>> = Vec::new();
    for heading in headings {
        let field = named(heading).filter(|field| takes_many(*field) || !found.contains(&Some(*field)));
        found.push(field);
    }
    found
}

/// Whether several columns may say it.
pub(super) fn takes_many(field: Field) -> bool {
    match field {
        Field::Phone | Field::Email | Field::Notes | Field::Tags => true,
        Field::Name
        | Field::FirstName
        | Field::LastName
        | Field::Company
        | Field::Language
        | Field::ExternalId
        | Field::OptedOut => false,
    }
}

/// What the columns are where nothing stands above them: numbers, addresses, and the first other text is a name.
pub(super) fn by_content(rows: &[Vec<String>], region: Region) -> Vec<Option<Field>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let column =
        |place: usize| rows.iter().filter_map(move |row| row.get(place)).filter(|cell| !cell.trim().is_empty());
    let mostly = |place: usize, holds: &dyn Fn(&String) -> bool| {
        let (all, right) = (column(place).count(), column(place).filter(|cell| holds(cell)).count());
        0 < all && all < 2 * right
    };
    let is_number = |cell: &String| PhoneNumber::parse(cell, region).is_ok();
    let is_text = |cell: &String| cell.chars().any(char::is_alphabetic);
    let mut found: Vec<Option<Field>> = (0..width)
        .map(|place| match () {
            () if mostly(place, &is_number) => Some(Field::Phone),
            () if mostly(place, &|cell| cell.contains('@')) => Some(Field::Email),
            () => None,
        })
        .collect();
    let name = (0..width).find(|place| found[*place].is_none() && mostly(*place, &is_text));
    if let Some(place) = name {
        found[place] = Some(Field::Name);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_three_languages_and_of_other_programs_are_known() {
        let known = [
            ("Teléfono móvil", Field::Phone),
            ("WHATSAPP", Field::Phone),
            ("Telefone (principal)", Field::Phone),
            ("Phone 2 - Value", Field::Phone),
            ("Correo electrónico", Field::Email),
            ("E-mail", Field::Email),
            ("Nombre", Field::Name),
            ("Nome completo", Field::Name),
            ("First Name", Field::FirstName),
            ("Razón social", Field::Name),
            ("Observações", Field::Notes),
            ("external_id", Field::ExternalId),
        ];
        for (heading, field) in known {
            assert_eq!(named(heading), Some(field), "{heading}");
        }
        for heading in ["Phone 1 - Type", "País", "Fecha", "", "Teléfono fijo"] {
            assert_eq!(named(heading), None, "{heading}");
        }
    }

    #[test]
    fn without_headings_the_columns_tell_by_themselves() {
        let rows = [["Ana Silva", "55 1234 5678", "x"], ["Luis", "55 8765 4321", ""]];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        assert_eq!(by_content(&rows, Region::MX), [Some(Field::Name), Some(Field::Phone), None]);
    }
}
