using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Makes cases of which a good part is allowed: what is near to right, more than what is far from it.</summary>
internal sealed class CaseGenerator
{
    private static readonly string[] Pulled =
    [
        "registry.example.invalid/team/app:1.0", "registry.example.invalid/team/app:1.0",
        "registry.example.invalid/team/app:1.0", "registry.example.invalid/team/app:2.0", "registry.example.invalid/team/app",
        "registry.example.invalid/team/app@", "registry.example.invalid/team/app@", "registry.example.invalid/app:1.0",
        "registry.example.invalid/team/app/web:1.0", "registry.example.invalid:5000/team/app:1.0",
        "registry.example.invalid:5000/team/app@", "REGISTRY.example.invalid/team/app:1.0",
        "vendor.example.invalid/product/app:1.0", "vendor.example.invalid/product/app@", "busybox", "library/busybox",
        "docker.io/library/busybox:latest", "team/app:1.0", "r:5000/team/app:1.0",
    ];

    private readonly Chance _chance;
    private readonly PolicyGenerator _policies;
    private readonly SignatureGenerator _signatures;
    private readonly int _number;
    private readonly string _manifest;
    private readonly string _reference;

    private CaseGenerator(int number, string keys)
    {
        _number = number;
        _chance = new(number);
        _manifest = _chance.Of(
            "manifests/oci-amd64.json", "manifests/oci-amd64.json", "manifests/oci-amd64.json", "manifests/oci-amd64.json",
            "manifests/docker2-amd64.json", "manifests/oci-index.json", "manifests/schema1-signed.json");
        var pulled = _chance.Of(Pulled);
        _reference = pulled.EndsWith('@') ? pulled + Fixtures.DigestOf(_manifest) : pulled;
        Assert.True(ImageReference.TryParse(_reference, out var reference));
        var names = new NameGenerator(_chance, reference.WithDefaultTag(), Fixtures.DigestOf(Instance));
        _policies = new(_chance, names, keys);
        _signatures = new(_chance, names, Fixtures.DigestOf(Instance), Instance);
    }

    private string Instance => _manifest == "manifests/oci-index.json" ? "manifests/oci-amd64.json" : _manifest;

    /// <param name="number">Makes the case, and no other.</param>
    /// <param name="keys">The directory that the keys are in, and may be named in.</param>
    public static TrustCase Make(int number, string keys) => new CaseGenerator(number, keys).Make();

    private TrustCase Make()
    {
        var home = _chance.Of(Maker.Good);
        var attaching = _chance.Of(CosignMaker.All);
        var asksForAttached = _chance.In(15);
        var policy = _policies.Make(home, asksForAttached ? attaching : null);
        return new(
            _number, _reference, _manifest, policy,
            [.. _chance.Some(asksForAttached ? 0 : 1, 3, () => _signatures.Atomic(home))],
            asksForAttached ? [.. _chance.Some(0, 3, () => _signatures.Attached(attaching))] : []);
    }
}

/// <summary>Names of images near to one that is pulled.</summary>
internal sealed class NameGenerator(Chance chance, ImageReference pulled, Digest manifest)
{
    public ImageReference Pulled => pulled;

    /// <summary>A reference that a signature or a rule may hold.</summary>
    public string Reference(int rightInHundred = 60)
    {
        if (chance.In(rightInHundred))
            return pulled.ToString();
        var path = Path(pulled.Name);
        return chance.Of(
            pulled.Name, $"{pulled.Name}:1.0", $"{pulled.Name}:2.0", $"{pulled.Name}:latest", $"{pulled.Name}@{manifest}",
            $"{pulled.Name}@sha256:{new string('0', 64)}", $"{pulled.Name}@sha512:{new string('0', 128)}",
            $"{pulled.Name}:1.0@{manifest}", $"{pulled.Name}:{new string('a', 128)}", $"{pulled.Name}:{new string('a', 129)}",
            $"{Host.ToUpperInvariant()}/{path}:1.0", $"{Host}/{path.ToUpperInvariant()}:1.0", $"{Host}:5000/{path}:1.0",
            $"{Host}/{path}/x:1.0", $"{Host}/{path}x:1.0", $"{Host}/team/app:1.0", $"vendor.example.invalid/{path}:1.0",
            "vendor.example.invalid/product/app:1.0", "vendor.example.invalid/product/app",
            "registry.example.invalid/team/app:1.0",
            "busybox", "busybox:latest", "library/busybox:latest", "index.docker.io/library/busybox:latest",
            "docker.io/busybox:latest", "docker.io/library/busybox", path, $"{path}:1.0", $"{pulled} ", $" {pulled}",
            $"docker://{pulled}", $"{pulled}\n", "not a reference!!", "", new string('0', 64), manifest.ToString(), Host,
            $"{Host}/",
            $"{Host}//{path}:1.0", $"{Host}/{path}:", $"{Host}/{path}@", $"{Host}/{path}:-1", "localhost/a", "[::1]:5000/a:1.0",
            "a__b/c:1", "a___b/c:1", "a..b/c:1", "-a.b/c:1", "a-.b/c:1", "a_b.c/d:1", "a.b:x/c:1", $"{Host}/a--b/c.d_e:1",
            $"{Host}/{new string('a', 230)}:1", $"{Host}/{new string('a', 231)}:1", $"{Host}/{new string('a', 240)}:1");
    }

    /// <summary>A scope of the docker transport.</summary>
    public string Scope()
    {
        var path = Path(pulled.Name);
        var bare = Host.Split(':')[0];
        var labels = bare.Split('.');
        return chance.In(70)
            ? chance.Of(
                pulled.ToString(), pulled.Name, pulled.Name[..pulled.Name.LastIndexOf('/')], pulled.Name.Split('/')[0],
                $"*.{string.Join('.', labels[1..])}", $"*.{labels[^1]}", "")
            : chance.Of(
                $"{pulled.Name}:9", $"{pulled.Name}/x", pulled.Name[..^1], $"{Host}:5000", $"{Host}:5000/{path}", bare,
                $"{Host.ToUpperInvariant()}/{path}", $"*.{bare}", $"*.{bare}/{path}", "*", "*.invalid:5000",
                "*.example.invalid:5000",
                path, "busybox", "docker.io", "docker.io/library", "vendor.example.invalid", $"{Host}/", "./..",
                $"{pulled.Name}@{manifest}");
    }

    /// <summary>A prefix of <c>remapIdentity</c>.</summary>
    public string Prefix() => chance.In(93)
        ? chance.Of(pulled.Name, pulled.Name[..pulled.Name.LastIndexOf('/')], Host)
        : chance.Of(
            "vendor.example.invalid", "vendor.example.invalid/product", "vendor.example.invalid/product/app",
            "registry.example.invalid", "registry.example.invalid:5000", "registry.example.invalid/team", $"{Host}:5000",
            Host.ToUpperInvariant(), Host.Split(':')[0], "docker.io", "docker.io/library", "index.docker.io/library", "busybox",
            "library", "team/app", "", "/", $"{Host}/", $"{pulled}", pulled.Name.ToUpperInvariant(), $"{pulled.Name}/x", "localhost",
            "localhost:5000/a", "a_b", "*.example.invalid", pulled.Name[..^1], "a", $"{Host}/{new string('a', 240)}",
            "not a prefix!!", "[::1]:5000", "a.b:x");

    private string Host => pulled.Domain;

    private static string Path(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
