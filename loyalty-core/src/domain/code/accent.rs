//! Letters without their accents, as people type them on other keyboards.

/// Letters with an accent, by their plain letter.
const ACCENTED: [(char, &str); 14] = [
    ('A', "ÀÁÂÃÄÅĀĂĄàáâãäåāăą"),
    ('C', "ÇĆĈĊČçćĉċč"),
    ('D', "ĎĐďđ"),
    ('E', "ÈÉÊËĒĔĖĘĚèéêëēĕėęě"),
    ('G', "ĜĞĠĢĝğġģ"),
    ('I', "ÌÍÎÏĨĪĬĮİìíîïĩīĭįı"),
    ('L', "ĹĻĽŁĺļľł"),
    ('N', "ÑŃŅŇñńņň"),
    ('O', "ÒÓÔÕÖØŌŎŐòóôõöøōŏő"),
    ('R', "ŔŖŘŕŗř"),
    ('S', "ŚŜŞŠśŝşš"),
    ('U', "ÙÚÛÜŨŪŬŮŰŲùúûüũūŭůűų"),
    ('Y', "ÝŶŸýÿŷ"),
    ('Z', "ŹŻŽźżž"),
];

/// The letter without its accent; any other character unchanged.
pub(super) fn without(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    ACCENTED.iter().find(|(_, accented)| accented.contains(sign)).map_or(sign, |(plain, _)| *plain)
}

/// Whether it is an accent that is a separate character after its letter.
pub(super) const fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}')
}
