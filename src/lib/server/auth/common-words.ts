/**
 * What common passwords are made of, put together for Breakwater: names, pets, teams, seasons, feelings, and the words of sign-in
 * screens themselves. One or two of these in a row (some 150,000 passwords), with digits and signs around them or letters swapped
 * for digits, count as common. See `common-passwords.ts`.
 */
export const commonWords: readonly string[] = `
password passwort passwd passcode passphrase pass login logon signin sign secret secure security access admin administrator root user username
guest test testing tester demo sample temp temporary default change changeme changeit forget forgot letmein letme open opensesame sesame
welcome hello hallo hola bonjour ciao goodbye please thanks thankyou trustno trustnoone nobody somebody anybody everyone whatever nothing
something computer laptop desktop keyboard mouse monitor screen internet network server system windows linux apple google android microsoft
facebook twitter instagram youtube whatsapp gmail hotmail yahoo outlook office excel github iphone samsung nokia amazon netflix spotify playstation
xbox nintendo minecraft fortnite pokemon pikachu charizard mario zelda sonic tetris roblox
love lover lovely loveme loveyou iloveyou ilove you iloveu forever always never baby babe babygirl babyboy honey sweet sweetie sweetheart darling
angel angels heaven princess prince queen king kitty kitten puppy doggy doggie bunny rabbit teddy bear bears tiger tigers lion lions eagle eagles
dragon dragons monkey monkeys horse horses pony wolf wolves fox shark dolphin dolphins butterfly flower flowers rose roses lily daisy
sunflower sunshine sunny sun moon moonlight star stars starlight starwars sky skywalker rainbow rainbows thunder lightning storm shadow
phoenix falcon hawk raven panther jaguar leopard cheetah elephant panda penguin turtle hamster chicken turkey
summer winter autumn spring january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday christmas halloween easter holiday holidays birthday weekend vacation
red blue green yellow orange purple pink black white silver gold golden diamond crystal ruby sapphire emerald pearl
football soccer baseball basketball hockey tennis golf cricket rugby boxing racing runner player players gamer games game winner champion champions
liverpool arsenal chelsea everton tottenham manchester united city barcelona madrid juventus milan bayern dortmund celtic rangers
newcastle leeds westham villa
yankees cowboys steelers lakers packers redsox patriots raiders broncos warriors bulldogs mustang ferrari porsche mercedes corvette
camaro honda toyota yamaha harley suzuki kawasaki
batman superman spiderman ironman wolverine avengers marvel hulk thor joker harrypotter harry potter hogwarts gandalf frodo matrix
master mistress hunter killer ninja samurai pirate pirates wizard warrior knight soldier ranger captain legend hero monster devil demon
ghost zombie vampire
jesus christ jesuschrist god godisgood godislove blessed blessing faith hope grace glory amen bible church prayer
michael michelle jessica jennifer jordan joshua jonathan daniel david andrew anthony thomas matthew william robert richard
christopher charlie charles george james john johnny joseph justin kevin kimberly nicole nicholas patrick peter samantha
sarah stephanie steven taylor victoria amanda ashley andrea alexander alexandra alex anna benjamin brandon brian bailey buster carlos
catherine chris claire danielle elizabeth emily emma hannah heather henry isabella jack jackson jake jasmine
katie lauren laura lucy maggie maria martin mary max maxwell melissa molly natalie oliver olivia oscar rachel rebecca rosie ruby
ryan sam sophie susan toby tom tommy tyler zoe
london england britain ireland scotland wales america canada australia germany france italy spain poland sweden norway denmark europe asia
africa paris berlin dublin glasgow edinburgh cardiff bristol birmingham sheffield york newyork boston chicago dallas texas florida
california hollywood vegas brooklyn sydney melbourne toronto
chocolate cookie cookies coffee cheese pizza banana strawberry cherry peaches apples lemon mango pepper peppers ginger sugar candy
cupcake pancake muffin pumpkin biscuit whiskey guinness corona pepsi cola coke
mother father mummy daddy mommy mama papa mom dad mum sister brother family friend friends friendship bestfriend girl boy girls boys woman man
husband wife child children son daughter grandma grandpa
music guitar piano drummer rock rocknroll metal metallica nirvana eminem beatles elvis slipknot greenday blink dance dancer dancing hiphop
happy happiness smile smiley lucky luck magic magical dream dreams dreamer freedom peace life live lifeisgood money rich cash dollar
success power strong strength energy fire ice water ocean river island beach forest mountain garden snow snowball snowman
beautiful gorgeous pretty sexy hotstuff hottie cutie cool coolman awesome amazing perfect crazy stupid asshole fuckyou fuckoff fuck bitch shit
one two three four five six seven eight nine ten zero hundred thousand million first second third last
the and for my your our this that its not is are was am me we with from here there now today tomorrow
private public personal business company work working worker job manager boss team staff employee department account bank banking
letter number word words mypassword yourpassword newpassword oldpassword thepassword
school college university student teacher class doctor nurse police officer hospital
abc abcd abcde qwe qwerty qwertz azerty asdf asdfgh zxcv zxcvbn qaz wsx edc
breakwater wellbeing welfare moderator hotline harbour support charity
`
	.trim()
	.split(/\s+/);

/** Longer ones that people type whole: sayings, song lines, film lines, verses, and the examples everybody copied. */
export const commonPhrases: readonly string[] = `
correcthorsebatterystaple correcthorsebattery horsebatterystaple batterystaple troubador tobeornottobe tobeornottobethatisthequestion
thequickbrownfox quickbrownfox thequickbrownfoxjumps thequickbrownfoxjumpsoverthelazydog maytheforcebewithyou theforcebewithyou
iamyourfather lukeiamyourfather doordonotthereisnotry winteriscoming youknownothing youknownothingjonsnow valarmorghulis
livelongandprosper beammeupscotty resistanceisfutile tobecontinued onceuponatime happilyeverafter intheend letitbe letitgo
heyjude yellowsubmarine allyouneedislove herecomesthesun stairwaytoheaven bohemianrhapsody highwaytohell hotelcalifornia sweetchildomine
smellsliketeenspirit comeasyouare wishyouwerehere anotherbrickinthewall wewillrockyou wearethechampions dontstopbelievin livinonaprayer
youllneverwalkalone ynwaynwaynwa gloryglorymanunited manchesterunited manunited manchestercity realmadrid realmadridcf fcbarcelona fcbayern
westhamunited newcastleunited leedsunited nottinghamforest astonvilla tottenhamhotspur glasgowrangers celticfc bluearmy redarmy
jesuslovesme jesusislord jesusismylord jesussaves jesusismysavior godisgreat godislove godblessyou godblessme godblessamerica ingodwetrust
thelordismyshepherd ourfatherwhoartinheaven hailmaryfullofgrace psalm twentythree philippians hallelujah praisethelord
iloveyouforever iloveyousomuch iloveyoumom iloveyoubaby iloveyoujesus iloveyoumore iloveyouall iloveyoutoo ilovemyself ilovemyfamily
ilovemymom ilovemydad ilovemywife ilovemyhusband ilovemykids ilovemyson ilovemydaughter ilovemydog ilovemycat ilovemylife ilovemusic
ilovechocolate ilovefootball ilovepizza ilovesummer imissyou imissyousomuch iwantyou iwantyouback iwillalwaysloveyou iwillsurvive
loveisintheair loveisblind loveislife loveforever lovemeforever foreverandever foreveryoung foreveralone foreveryours
thisismypassword thisisapassword thisisthepassword thisisnotapassword thisismysecret thisisasecret thisissparta thisisatest
mypasswordis mypasswordispassword passwordispassword passwordforthis mysecretpassword mynewpassword myoldpassword notmypassword
idontknow idontknowwhy idontcare idontremember iforgotmypassword iforgot icantremember cantremember dontforget dontforgetme neverforget
letmeinnow letmeinplease pleaseletmein pleasechangeme changemenow changethispassword pleasechange changemeplease passwordchangeme
openthedoor opensesamenow accessdenied accessgranted administrator systemadmin sysadmin superuser superadmin rootpassword adminpassword
defaultpassword temppassword temporarypassword testpassword userpassword guestpassword loginpassword initialpassword
welcomehome welcometothejungle welcomeback helloworld hellokitty hellohello goodmorning goodnight goodluck goodbyemylove
whatthefuck whatthehell whatsmyname whatismypassword whoareyou whoami whocares youarenotalone youaremysunshine youaremine
nevergiveup nevergonnagiveyouup nevergonnaletyoudown nevereverever neversaynever yesyoucan yeswecan justdoit justinbieber keepcalmandcarryon
keepcalm carpediem hakunamatata supercalifragilisticexpialidocious abracadabra bibbidibobbidiboo alohomora expelliarmus avadakedavra
expectopatronum harrypotter hermionegranger ronweasley albusdumbledore lordvoldemort gryffindor slytherin hufflepuff ravenclaw
lordoftherings onering onringtorulethemall myprecious youshallnotpass gandalfthegrey darthvader lukeskywalker obiwankenobi stormtrooper
captainamerica incrediblehulk teenagemutantninjaturtles spongebobsquarepants spongebob scoobydoo mickeymouse minniemouse donaldduck
winniethepooh peterpan tinkerbell sleepingbeauty snowwhite cinderella thelionking findingnemo toystory buzzlightyear
californiadreaming newyorkcity newyorknewyork unitedkingdom unitedstates unitedstatesofamerica greatbritain godsavethequeen godsavetheking
rulebritannia londonbridge londoncalling backtothefuture pulpfiction fightclub thegodfather theshawshankredemption thematrix
metallica metalgearsolid grandtheftauto callofduty worldofwarcraft leagueoflegends counterstrike assassinscreed finalfantasy
redhotchilipeppers linkinpark greenday rollingstones ledzeppelin pinkfloyd ironmaiden acdcacdc blacksabbath mychemicalromance
chocolatechip icecreamcone peanutbutter fishandchips cupoftea strawberryfields raspberryberet bananasplit cheeseburger
fuckthisshit fuckyoubitch fuckthepolice fuckeveryone gofuckyourself kissmyass eatmyshorts suckmydick bigdick motherfucker
onetwothree onetwothreefour onetwothreefourfive abcdefghijklmnop abcabcabcabc testtesttest passpasspass adminadminadmin
rememberme remembermenow rememberthis noneofyourbusiness mindyourownbusiness trustnoone trustnobody nopasswordneeded nopassword
twinkletwinklelittlestar merrychristmas happynewyear happybirthday happybirthdaytome happybirthdaytoyou trickortreat
jingleballs jinglebells santaclaus rudolphtherednosedreindeer eastersunday maryhadalittlelamb humptydumpty hickorydickorydock
thecatinthehat greeneggsandham wherethewildthingsare aliceinwonderland thegreatgatsby prideandprejudice romeoandjuliet sherlockholmes
elementarymydearwatson doctorwho eastenders coronationstreet gameofthrones breakingbad strangerthings theofficeus
mustchangeme companyname yourcompany mycompany mybirthday mynameis mynameisearl mycatsname mydogsname maidenname mothersmaidenname
`
	.trim()
	.split(/\s+/);
