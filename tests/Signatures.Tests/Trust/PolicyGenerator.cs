using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Makes policy.json: mostly as it may be, sometimes disturbed in one place.</summary>
/// <param name="chance">Chooses.</param>
/// <param name="names">Of images near the one that is pulled.</param>
/// <param name="keys">The directory of <see cref="KeyFiles"/>.</param>
internal sealed class PolicyGenerator(Chance chance, NameGenerator names, string keys)
{
    private const string Twice = "again:";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Maker _home = null!;
    private CosignMaker? _attaching;

    /// <param name="home">Whose signatures the image has, if it is well.</param>
    /// <param name="attaching">Who attached signatures of cosign; null where none are asked for.</param>
    public byte[] Make(Maker home, CosignMaker? attaching)
    {
        (_home, _attaching) = (home, attaching);
        var policy = new JsonObject { ["default"] = Requirements() };
        if (chance.In(70))
        {
            var docker = new JsonObject();
            foreach (var scope in chance.Some(0, 4, names.Scope))
                docker[scope] = Requirements();
            policy["transports"] = new JsonObject { ["docker"] = docker };
            if (chance.In(10))
                policy["transports"]![Transport()] = new JsonObject { [ScopeOfAnother()] = Requirements() };
        }

        if (chance.In(8))
            Disturb(policy);
        var text = policy.ToJsonString(Plain).Replace($"\"{Twice}", "\"", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(chance.In(3)
            ? chance.Of(
                $"{text}{{}}", $"{text}\n", $" {text}", $"\ufeff{text}", $"{text},", text[..^1], $"/**/{text}", $"[{text}]", "", "null")
            : text);
    }

    private string Transport() => chance.Of(
        "dir", "oci", "docker-daemon", "docker-archive", "oci-archive", "somewhere", "tarball", "sif", "atomic");

    private string ScopeOfAnother() => chance.Of(
        "", "", "", "/a/b", "/a/b", "/", "a", "/a/../b", "/a/", "a:1/b/c:d", "a/b:c", "a/b/c/d", $"sha256:{new string('0', 64)}");

    private JsonArray Requirements() =>
        [.. chance.Some(1, chance.In(60) ? 1 : 3, Requirement)];

    private JsonObject Requirement() => chance.Below(100) switch
    {
        < 10 => new() { ["type"] = "insecureAcceptAnything" },
        < 16 => new() { ["type"] = "reject" },
        < 19 => new() { ["type"] = "signedBaseLayer", ["baseLayerIdentity"] = Identity() },
        < 20 => new() { ["type"] = chance.Of("SignedBy", "signedby", "", "accept", "sigstore") },
        var other when _attaching is not null && other < 75 => SigstoreSigned(),
        _ => SignedBy(),
    };

    private JsonObject SignedBy()
    {
        var requirement = new JsonObject
        {
            ["type"] = "signedBy",
            ["keyType"] = chance.In(99)
                ? "GPGKeys"
                : chance.Of("signedByGPGKeys", "X509Certificates", "signedByX509CAs", "gpgKeys", ""),
        };
        var makers = chance.Some(1, chance.In(50) ? 1 : 3, Maker).ToList();
        if (makers.Contains(Trust.Maker.Version6))
            makers = [Trust.Maker.Version6]; // gpg would read none of the others
        switch (chance.Below(100))
        {
            case < 8 when !makers.Contains(Trust.Maker.Version6):
                requirement["keyData"] = Base64(string.Concat(makers.Select(maker => maker.Armored)));
                break;
            case < 45:
                requirement["keyData"] = Convert.ToBase64String([.. makers.SelectMany(maker => maker.Certificate)]);
                break;
            case < 70:
                requirement["keyPath"] =
                    chance.In(96) ? PathOf(makers[0]) : chance.Of($"{keys}/none.gpg", "", $"{keys}/garbage.gpg");
                break;
            case < 96:
                requirement["keyPaths"] = new JsonArray(
                    [.. makers.Select(maker => (JsonNode)(
                        chance.In(96) ? PathOf(maker) : chance.Of($"{keys}/none.gpg", $"{keys}/garbage.gpg", $"{keys}/empty.gpg")))]);
                break;
            case < 98:
                requirement["keyPaths"] = new JsonArray();
                break;
            default:
                requirement["keyData"] = chance.Of("", "AAAA", "A", Convert.ToBase64String(Fixtures.Read("keys/ed25519.pub.asc")));
                break;
        }

        return WithIdentity(requirement);
    }

    private JsonObject SigstoreSigned()
    {
        var requirement = new JsonObject { ["type"] = "sigstoreSigned" };
        var makers = chance.Some(
            1, chance.In(50) ? 1 : 3, () => chance.In(70) ? _attaching! : chance.Of(CosignMaker.All)).ToList();
        switch (chance.Below(100))
        {
            case < 40:
                requirement["keyData"] = Convert.ToBase64String(makers[0].Pem);
                break;
            case < 60:
                requirement["keyDatas"] = new JsonArray(
                    [.. makers.Select(maker => (JsonNode)Convert.ToBase64String(maker.Pem))]);
                break;
            case < 75:
                requirement["keyPath"] = chance.In(95) ? $"{keys}/{makers[0]}.pub" : chance.Of("", $"{keys}/none.pub");
                break;
            case < 90:
                requirement["keyPaths"] = new JsonArray([.. makers.Select(maker => (JsonNode)$"{keys}/{maker}.pub")]);
                break;
            case < 94:
                requirement[chance.Of("keyDatas", "keyPaths")] = new JsonArray();
                break;
            case < 96:
                requirement["keyData"] = chance.Of("", "AAAA", "A");
                break;
            case < 99:
                requirement["keyData"] = Base64(Unusual(makers[0]));
                break;
            default:
                break;
        }

        return WithIdentity(requirement);
    }

    private string Unusual(CosignMaker maker)
    {
        var pem = maker.PublicKey;
        return chance.Of(
            maker.OtherPublicKey ?? pem, $"{pem}x", $"x{pem}", $" {pem}", $"\n{pem}", $"x\n{pem}", $"\ufeff{pem}", pem.TrimEnd(),
            pem.ReplaceLineEndings("\r\n"), pem.Replace("\n", ""), pem + pem, pem.Replace("PUBLIC", "PRIVATE"),
            pem.Replace("-----\n", "----\n"), $"{pem.Replace("PUBLIC KEY", "CERTIFICATE")}{pem}",
            pem.Replace("KEY-----\n", "KEY-----\n\n"), pem.Replace("KEY-----\n", "KEY-----\nA: b\n\n"), pem.Replace("M", "N"),
            pem.Replace("=", ""));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private JsonObject WithIdentity(JsonObject requirement)
    {
        if (chance.In(70))
            requirement["signedIdentity"] = Identity();
        return requirement;
    }

    private JsonObject Identity() => chance.Below(100) switch
    {
        < 18 => new() { ["type"] = "matchExact" },
        < 36 => new() { ["type"] = "matchRepoDigestOrExact" },
        < 54 => new() { ["type"] = "matchRepository" },
        < 68 => new() { ["type"] = "exactReference", ["dockerReference"] = names.Reference(90) },
        < 82 => new()
        {
            ["type"] = "exactRepository",
            ["dockerRepository"] = chance.In(90) ? names.Pulled.Name : names.Reference(),
        },
        < 99 => new() { ["type"] = "remapIdentity", ["prefix"] = names.Prefix(), ["signedPrefix"] = names.Prefix() },
        _ => new() { ["type"] = chance.Of("matchexact", "", "matchAll") },
    };

    private Maker Maker() => chance.Below(100) switch
    {
        < 65 => _home,
        < 90 => chance.Of(Trust.Maker.Good),
        < 98 => chance.Of(Trust.Maker.Bad),
        _ => Trust.Maker.Version6,
    };

    private string PathOf(Maker maker) => $"{keys}/{maker}.{chance.Of("gpg", "gpg", "asc")}";

    // One place that is not as it should be.
    private void Disturb(JsonObject policy)
    {
        var objects = Objects(policy).Where(one => one.Count > 0).ToList();
        var target = chance.Of(objects);
        var (name, value) = chance.Of(target.ToList());
        switch (chance.Below(6))
        {
            case 0:
                target.Remove(name);
                break;
            case 1:
                target[chance.Of("comment", "Type", "keyPath", "keyData", "signedIdentity", "type ")] =
                    chance.Of<JsonNode>("x", 1, new JsonObject());
                break;
            case 2:
                target.Remove(name);
                target[name.ToUpperInvariant()] = value?.DeepClone();
                break;
            case 3:
                target[$"{Twice}{name}"] = value?.DeepClone();
                break;
            case 4:
                target[name] = chance.Of<JsonNode?>(
                    null, "", 1, true, new JsonArray(), new JsonObject(), "x", new JsonArray((JsonNode?)null), new JsonArray(1),
                    new JsonArray("x"));
                break;
            default:
                target[name] = value is null ? null : new JsonArray(value.DeepClone());
                break;
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(member => Objects(member.Value)).Prepend(one),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };
}
