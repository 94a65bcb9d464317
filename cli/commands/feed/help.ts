/** Help of `stopgap feed`. */
export const help = `Usage: stopgap feed COMMAND DIR [OPTIONS]

A feed is a folder: DIR/repository holds the static files that any web server can serve, DIR/keys the keys of this machine,
encrypted. docs/publishing.md goes through all of it, with the keys of root and targets on their holders' own machines.

Make a feed:
  key new FILE --holder NAME      on a holder's machine: a key, encrypted; FILE.pub.json goes to the publisher
  key public SIGNER               the same for a token: its public half, from a signer's description
  key show FILE.pub.json          name and fingerprint
  init DIR --name NAME --holder FILE…
                                  a feed whose root and targets keys are elsewhere: more than half of the holders (3 of 5)
                                  must sign; the online keys are made here. Writes the first proposal
  init DIR --name NAME --development
                                  a feed with all keys in DIR, one for each role, to try things out

Publish:
  add DIR FILE…                   check mitigation documents and stage them
  remove DIR NAME…                stage the removal of documents
  revoke DIR ID --reason TEXT     stage the withdrawal of a mitigation: servers take it off and show the reason
  lint DIR [FILE…]                what keeps staged documents, or files, from being published
  propose DIR [--out FILE]        what is staged as a file for the holders to sign; --renew ROLE signs anew what runs out
  sign FILE --key KEY             on a holder's machine: shows what FILE changes, asks, and writes a signature file
  publish DIR [SIGNATURE…]        let it out once every threshold is reached; with all keys in DIR, sign and let out
  renew DIR                       sign the freshness statement anew (daily; a feed that is not renewed expires)
  rotate DIR OPTIONS              propose other keys or thresholds
  delegate DIR ROLE --holder FILE…
                                  propose a role of its own for a product or a publisher (2 of 3)

Look:
  status DIR                      who signed what, what runs out when, what awaits whose signature; exit code 3: something is due
  log DIR                         every publication, the chain of hashes checked
  root DIR [--out FILE]           write out the root that servers are enrolled with

Serve:
  serve DIR [--renew]             serve the repository, with the push channel; --renew signs anew once a day
  upload-order DIR                the files in the order in which to upload them to an object store
  bundle DIR --out FILE           the feed in one file, for servers without a network (stopgap check --bundle FILE); DIR may also
                                  be a copy of what is served

Documents of OCS-style feeds (XML with a signature in it):
  sign --ocs FILE MITIGATION…     sign mitigation documents as one such document
  serve --ocs FILE                serve such a document
  verify --ocs FILE               check one: 0 and who signed what when, else 1 and why

Options:
  --name NAME              init: what people call the feed
  --holder FILE            init, delegate: a holder's public key file; may be given several times. key new: the holder's name
  --threshold N            init, delegate: how many of the holders must sign
  --role ROLE=N:HOLDER,…   init: who signs a role (root, targets, snapshot, timestamp) and how many of them must
  --days ROLE=N            init: how long a signature of the role is good (365, 180, 30, 7)
  --type TYPE              key new: ed25519 or ecdsa-p256
  --key PEM, --signer FILE sign: the holder's key file, or the description of a command that signs (PKCS#11, hardware)
  --yes                    sign: do not ask
  --replace HOLDER=FILE    rotate: another key in place of a holder's (lost, stolen, or a new person)
  --add ROLE=FILE, --remove [ROLE:]HOLDER, --threshold ROLE=N
                           rotate: one more key, one fewer, another threshold
  --new-key ROLE           rotate: a new online key, for snapshot or timestamp
  --path PATTERN, --product NAME, --remove
                           delegate: what the role may speak for (default ROLE/*, any product); take the role away
  --only ROLE              propose: only the documents of this role; others stay staged
  --restored VERSION       propose, publish: this folder was restored from an old copy; go on above this version
  --as NAME                add: publish one FILE under this name (default: its id with .xml)
  --in ROLE                add: publish in this folder, which a delegated role may speak for
  --passphrase-file FILE   first line of a file that only you can read; else $STOPGAP_FEED_PASSPHRASE, else asked for
  --passphrase-fd N        key new, sign: first line from an open file descriptor
  --key PEM                sign --ocs: the private key (RSA)
  --certificates PEM       sign --ocs: the certificate of that key, then its issuers; the root may be left out
  --timestamp URL          sign --ocs: a timestamp authority (RFC 3161) for the countersignature
  --root FILE              bundle: begin with this root; servers enrolled with an older one cannot follow (default: the oldest)
  --root PEM               verify: trust these roots; default: Microsoft's, by its fingerprint
  --time-root PEM          verify: roots for the countersignature; default: those of --root, and Microsoft's
  --usage OID              verify: a key usage that the signer must have, once for each; default: code signing and
                           signing XML for Exchange
  --attribute-certificate SHA256
                           verify: an attribute certificate that the countersignature may hold, or any; no signature covers
                           those, so only known ones are taken
  --crl FILE               verify: a revocation list (PEM or DER), once for each issuer; default: revocation is not checked
  --at TIME                verify: as if it were this time (UTC). Where a countersignature says when it was signed, the
                           signer is judged at that time, which must not lie after TIME
  --host HOST, --port N    serve: where to listen (default 127.0.0.1, 8030)
  --json                   answer as JSON
`;
