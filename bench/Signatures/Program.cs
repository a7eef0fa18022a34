using System.Globalization;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;

// Verifications per second of one core: the whole of Verifier.Verify (parse, inflate, hash, verify, judge the key, read
// the payload), beside the bare mathematics of the platform in the same run. Usage: dotnet run -c Release [seconds]
var window = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1);
var fixtures = Path.Combine(AppContext.BaseDirectory, "fixtures");
var manifest = Digest.Sha256(File.ReadAllBytes(Path.Combine(fixtures, "manifests/oci-amd64.json")));
var keys = TrustedKeys.Load(File.ReadAllBytes(Path.Combine(fixtures, "keys/trusted-ring.pub.gpg")));
var now = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

Console.WriteLine($"{"",-10} {"verify/s",10} {"raw/s",10} {"ratio",7} {"parse/s",10} {"bytes/verify",13}");
foreach (var key in (string[])["rsa2048", "rsa4096", "nistp256", "ed25519"])
    PerSecond(() => Verifier.Verify(Blob(key), manifest, keys, now) is Verdict.Accepted);
Measure("RSA-2048", "rsa2048", Raw(2048));
Measure("RSA-4096", "rsa4096", Raw(4096));
Measure("P-256", "nistp256", RawEcdsa());
Measure("Ed25519", "ed25519", RawEd25519());

void Measure(string name, string key, Func<bool> raw)
{
    var blob = Blob(key);
    bool Verify() => Verifier.Verify(blob, manifest, keys, now) is Verdict.Accepted;
    bool Parse() => AtomicSignature.TryParse(blob, out _, out _);
    var verified = PerSecond(Verify);
    var bare = PerSecond(raw);
    var parsed = PerSecond(Parse);
    var before = GC.GetAllocatedBytesForCurrentThread();
    Verify();
    var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-10} {verified,10:N0} {bare,10:N0} {verified / bare,7:P0} {parsed,10:N0} {bytes,13:N0}"));
}

byte[] Blob(string key) => File.ReadAllBytes(Path.Combine(fixtures, $"sigs/oci-amd64.{key}.sig"));

// Per second of processor time, the best of five windows: others share the machine.
double PerSecond(Func<bool> work)
{
    for (var start = Spent(); Spent() - start < window / 2;)
        Require(work());
    var best = 0.0;
    for (var round = 0; round < 5; round++)
    {
        var count = 0;
        var start = Spent();
        for (; Spent() - start < window / 5; count += 100)
        {
            for (var i = 0; i < 100; i++)
                Require(work());
        }
        best = Math.Max(best, count / (Spent() - start).TotalSeconds);
    }
    return best;
}

static TimeSpan Spent() => Environment.CpuUsage.TotalTime;

static void Require(bool verified)
{
    if (!verified)
        throw new InvalidOperationException("A good signature was refused.");
}

static Func<bool> Raw(int bits)
{
    var rsa = RSA.Create(bits);
    var digest = RandomNumberGenerator.GetBytes(64);
    var value = rsa.SignHash(digest, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
    return () => rsa.VerifyHash(digest, value, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
}

static Func<bool> RawEcdsa()
{
    var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    var digest = RandomNumberGenerator.GetBytes(32);
    var value = ecdsa.SignHash(digest);
    return () => ecdsa.VerifyHash(digest, value);
}

// The platform has no Ed25519; BouncyCastle's bare function stands in.
static Func<bool> RawEd25519()
{
    var secret = RandomNumberGenerator.GetBytes(32);
    var key = new byte[32];
    Ed25519.GeneratePublicKey(secret, 0, key, 0);
    var digest = RandomNumberGenerator.GetBytes(32);
    var value = new byte[64];
    Ed25519.Sign(secret, 0, digest, 0, 32, value, 0);
    return () => Ed25519.Verify(value, 0, key, 0, digest, 0, 32);
}
