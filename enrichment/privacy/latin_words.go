package privacy

var (
	titles = set("mr mrs ms miss mx mister sr sra srta don doña dona dña señor señora señorita senora senorita")
	// casualTitles are followed by nothing but names.
	// shortened are the words that a point may follow.
	shortened     = set("mr mrs ms mx sr sra srta dña pt pcte")
	casualTitles  = set("mr mrs sra srta doña")
	patients      = set("patient pt paciente pcte")
	nameLabels    = set("name nombre")
	nameParticles = set("de del la las los da das do dos di du van von der den ter bin ibn al el san santa")
	// nameLinks may stand between "patient" and the name.
	nameLinks = set(`: - – — = ( " “ named called name nombre llamada llamado llama se is es full completo`)
	// doctors are never patients.
	doctors = set("dr dra drs doctor doctora prof professor profesor profesora")

	namedLinks = set("of the del de la")
	contracted = set("m ll ve re d t")
	// homonyms are function words that are first names as well.
	homonyms = set("will may can an my")

	// functionWords are never names, whatever stands before them.
	functionWords = set("and or the a an is are was were has had have will would can could should may must do does did not no yes " +
		"for from of in on at to by with as if it its this that these those he she they we you i my your our their his her who " +
		"dr dra drs doctor doctora prof professor profesor profesora mr mrs ms miss sr sra srta señor señora please pls " +
		"wants needs says said came comes called asked asks loves likes likes feels thinks keeps also just still never " +
		"y e o u el los las un una es está estaba fue era ha han tiene quiere dice dijo necesita vino llamó pide pidió " +
		"que con sin para por en al lo le se su sus mi muy no sí si ya favor id dob name nombre")

	// tradeWords are no names unless a title stands before them: the words of this trade, which
	// people write with capital letters, days, months, brands, and words that begin sentences.
	tradeWords = set("crown crowns bridge bridges veneer veneers denture dentures implant implants abutment abutments inlay onlay " +
		"overlay post core temp temporary provisional zirconia emax e-max lithium disilicate ceramic porcelain metal pfm pmma peek titanium gold " +
		"nightguard guard splint aligner aligners retainer tray trays model models scan scans impression impressions bite wax " +
		"try-in tryin full partial upper lower left right anterior posterior maxilla mandible maxillary mandibular arch quadrant " +
		"tooth teeth gum gums margin margins contact contacts occlusion shade shades vita stump photo photos file files stl ply cad cam " +
		"class type case cases order rx lab clinic patient patients surgery surgical guide screw cement screw-retained " +
		"male female adult child new old young same next last first second third one two three four " +
		"monday tuesday wednesday thursday friday saturday sunday january february march april june july august september " +
		"october november december today tomorrow yesterday urgent asap rush remake repair adjustment " +
		"what when where why how which there here then but so because after before since until while once again now only very " +
		"stop start keep ask try use place add remove reduce adjust increase change cancel hold call text " +
		"thanks thank hi hello dear sorry ok okay let see check send sent make need received attached update " +
		"complains complained reports refused rejected accepted happy angry unhappy upset waiting arrived gone age aged info " +
		"information data history chart records record number approval consent allergy allergic height midline " +
		"straumann nobel osstem megagen dentium neodent zimmer astra invisalign itero trios medit exocad primescan cerec kakao whatsapp " +
		"dhl fedex ups ems fdi universal palmer ul ur ll lr bl blt blx prf mri ct cbct scanbody ti-base lol usa uk ny " +
		"brazilian vietnamese thai filipino indian russian german french italian arab african european asian caucasian latino hispanic " +
		"british canadian australian turkish mongolian korean american japanese chinese spanish mexican english seoul korea usd krw " +
		"corona coronas puente puentes carilla carillas prótesis implante implantes pilar zirconio circonio disilicato porcelana " +
		"metal color tono diente dientes muela superior inferior derecha derecho izquierda izquierdo férula guía modelo modelos " +
		"escaneo foto fotos archivo archivos pedido caso laboratorio clínica urgente hoy mañana lunes martes miércoles jueves " +
		"viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre " +
		"gracias hola adjunto enviar revisar ajustar nuevo nueva mujer hombre niño niña contento contenta molesto molesta")

	// commonNames are names that are words as well, which are not masked again without their clue.
	commonNames = set("will may mark grace rose bill hope young long white black brown green gray grey king rich price park bright " +
		"faith joy chase grant drew dawn art ray case bond good best little short small sharp stone wood rice june april august sun han " +
		"song sky moon may gold silver blanco blanca luz mar paz rosa rubio delgado bueno cruz sol flores dolores salud")
)
