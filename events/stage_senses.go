package events

// The senses of verbs and nouns that together report a stage: "passes" and "bill". They
// have a lexicon of their own, because its phrases are cut in other places, and so their
// bits are those of other senses there.
const (
	alone       sense = 1 << iota // reports the stage of the phrase, whatever the other words
	passes                        // adopts a law
	introduces                    // brings a draft before a parliament
	issues                        // publishes a document
	postpones                     // moves a start
	prolongs                      // moves an end
	undoes                        // ends a rule, or gives up a plan
	voids                         // ends a rule, if a court does it
	rejects                       // decides against a draft
	restates                      // says again that a rule stands
	amends                        // changes a rule
	warns                         // warns of somebody
	orders                        // orders somebody to do something
	draft                         // a law that is not passed
	plan                          // any other plan
	rule                          // a rule that may be in force
	prohibition                   // a rule that forbids
	stance                        // what an authority holds
	guide                         // a document that explains a rule
	finalRule                     // the last version of a rule
	launch                        // a start, or what starts
	term                          // a period or its end
	firm                          // somebody who is supervised
	illicit                       // what somebody does without a licence, or a fraud
	authority                     // somebody who supervises
	court                         // a court
	challenge                     // a case against a rule
	modal                         // what follows is planned or asked for
	decides                       // "to" after it is no plan
	hedges                        // makes the rest of a clause background
	consults                      // an invitation to comment
	applies                       // takes effect
	begins                        // starts to apply a rule
	widens                        // makes a rule apply to more
	shuts                         // closes somebody down
	forbids                       // forbids somebody to do something
	keeps                         // leaves a prohibition as it is
	asks                          // asks firms to do something
	fines                         // punishes, or a punishment
	obliges                       // orders many to do something
	accuses                       // takes somebody to court
	settles                       // ends a case by agreement
	probes                        // investigates
	lists                         // puts somebody on a list
	stops                         // stops a firm
	halt                          // what somebody is ordered to do
	opens                         // starts a consultation
	obtains                       // gets a licence
	seeksPermit                   // asks for a licence
	grants                        // gives a licence
	permit                        // a licence, or what leads to one
	approves                      // lets a firm do something
	clarifies                     // says how a rule is meant
	regulates                     // what rules do: allows, requires
	sets                          // makes a rule
	committee                     // part of a parliament
	advances                      // helps a draft on
	lawmaker                      // a parliament, a government or one of its members
	legislature                   // a parliament, its chambers and members
	country                       // that does something: Spain bans
	outsider                      // somebody without the power to make rules
	says                          // an opinion, if somebody private has it
	market                        // prices and trading
	product                       // what firms and networks make

	skipped sense = 0 // a word that contains another, which then is not read
)

// public are those who can make rules or enforce them.
const public = authority | court | lawmaker | country | committee
