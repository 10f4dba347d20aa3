/**
 * What is written with a full stop and no space after it, has the shape of a domain and is none: initials, forms of companies, both genders of a word, the
 * end of a sentence.
 */

/** "J.de Vries", "M.et Mme": initials before a word of a name; "S.A.de C.V.", "d.h.es", "Ph.D.in", "M.Sc.in": abbreviations before a word. */
const particles = new Set(['de', 'la', 'do', 'et']);
/** "le.la collègue", "el.la paciente"; the company of "& CO.KG" is a part of a name. */
const pairs = new Set(['le.la', 'el.la', 'co.kg']);

/** French words that stand for both genders with ".es". */
const withFeminine = new Set(
	`abonne absent accompagnant adherent adjoint administrateur agent aidant allemand americain amical ami analyste apprenant apprenti arrivant assistant attentif
	avocat bienvenu certain charge client confident consultant content debutant delegue demandeur detenu dirigeant employe enseignant epuise etudiant europeen
	expert fatigue forme francais gerant habitant inscrit interesse intervenant invite manifestant membre militant motive nombreux occupe officier
	participant partant patient policier present president pret professionnel referent remplacant resident responsable retraite salarie seul soignant soutenant
	specialise stagiaire suivant surveillant titulaire touche tout traitant`.split(/\s+/)
);
/** What German words end with that stand for both genders with ".in": with a capital, as all nouns. */
const withIn = new RegExp(
	`(?:${[
		...[
			'anwalt',
			'arzt',
			'assistent',
			'auditor',
			'analyst',
			'arbeiter',
			'beamt',
			'berater',
			'betreuer',
			'bewerber',
			'chef',
			'coach',
			'dozent'
		],
		...[
			'ermittler',
			'expert',
			'freund',
			'gutachter',
			'helfer',
			'jurist',
			'kandidat',
			'klient',
			'kolleg',
			'koordinator',
			'lehrer',
			'leiter',
			'manager'
		],
		...[
			'moderator',
			'nachbar',
			'nachfolger',
			'administrator',
			'nutzer',
			'partner',
			'patient',
			'pfleger',
			'polizist',
			'praktikant',
			'pruefer',
			'psycholog'
		],
		...['padagog', 'referent', 'sprecher', 'student', 'supervisor', 'teilnehmer', 'therapeut', 'trainer', 'vertreter', 'vorgesetzt', 'zeug']
	].join('|')})$`,
	'iu'
);

/** Ordinary words that sentences of these notes end with, in the four languages, as {@link plainText} leaves them. */
const lastWords = new Set(
	`afternoon again better break bed coffee colleagues day days done enough evening fine friday good help home hours it late lunch me meeting minutes monday
	month months morning night nothing now off ok okay out peer people plan rest rota saturday shift shifts sleep sunday talk team thanks that them there
	this thursday time tired today tomorrow tonight training tuesday walk wednesday week weekend weeks well work yesterday
	abend aus besser dienst feierabend fertig frei freitag gestern genug gut haus hause heute jetzt kaffee kollegen mittag mittwoch montag morgen mude nacht pause
	pausen ruhe samstag schicht schichten schlaf sonntag spaziergang spat stunden tag tage tagen uberstunden urlaub weg woche wochen zeit donnerstag dienstag
	aujourd'hui bien bureau conge demain equipe fatigue fatiguee fini hier heure heures jour jours journee lundi mardi matin mercredi jeudi vendredi samedi
	dimanche maison mieux nuit pauses repos reunion semaine semaines service soir travail vacances
	ayer bien casa cansada cansado compania companeros descanso descansos dia dias domingo equipo grupo hora horas hoy jueves lunes manana martes mejor
	miercoles noche oficina pausa paseo reposo sabado semana semanas tarde trabajo turno turnos viernes`.split(/\s+/)
);
/** Together these are rather a site than two sentences. */
const siteWords = new Set('better help now out peer plan team work'.split(' '));
const siteEndings = new Set('am in me'.split(' '));
/** Endings that are words with which the next sentence begins; a further word has to follow. */
const firstWords = new Set('am as at be da de do es et in is it la me my no se si so to tu us was'.split(' '));

/**
 * Whether a text that has the shape of a domain is ordinary writing where it stands.
 * @param name as it is written
 * @param after what follows it in the text; two characters are enough
 */
export function isOrdinaryWriting(name: string, after: string): boolean {
	const labels = name.split('.');
	const ending = (labels.pop() ?? '').toLowerCase();
	if (pairs.has(name.toLowerCase()) || isAbbreviated(labels, ending, after)) return true;
	const [word = '', ...more] = labels;
	if (more.length > 0) return false;
	if (ending === 'es' && withFeminine.has(word.toLowerCase())) return true;
	if (ending === 'in' && /^\p{Lu}/u.test(word) && withIn.test(word)) return true;
	if (siteWords.has(word.toLowerCase()) && siteEndings.has(ending)) return false;
	return lastWords.has(word.toLowerCase()) && firstWords.has(ending) && /^ \p{L}/u.test(after);
}

function isAbbreviated(labels: readonly string[], ending: string, after: string): boolean {
	if (!/^ [\p{L}\p{N}]/u.test(after)) return false;
	if (labels.length === 1) return particles.has(ending) && /^\p{Lu}$/u.test(labels[0] ?? '');
	const short = labels.every((label) => label.length <= 2) && labels.at(-1)?.length === 1;
	return firstWords.has(ending) && (short || /^[BM]\.(?:Ed|Sc)$/.test(labels.join('.')));
}
