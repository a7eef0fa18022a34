using System.Text.RegularExpressions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>
/// The scopes of the docker transport that an image falls under. Source: containers-policy.json(5), docker:.
/// </summary>
internal static partial class Scopes
{
    /// <summary>
    /// The most specific first: the reference, its name cut at each slash, wildcards of its host, all.
    /// </summary>
    public static IEnumerable<string> Of(ImageReference reference)
    {
        yield return reference.ToString();
        for (var name = reference.Name; ; name = name[..name.LastIndexOf('/')])
        {
            yield return name;
            if (!name.Contains('/', StringComparison.Ordinal))
                break;
        }
        var host = reference.Domain.Split(':')[0];
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
            yield return $"*{host[dot..]}";
        yield return "";
    }

    /// <summary>Whether a policy file may name the scope for the transport.</summary>
    public static bool IsValid(string transport, string scope) => transport switch
    {
        "dir" or "oci" or "sif" or "oci-archive" => scope.Length == 0 || IsCleanPath(scope),
        "docker-archive" or "tarball" => scope.Length == 0,
        "docker-daemon" => !Digests.IsMatch(scope),
        _ => true,
    };

    [GeneratedRegex(@"\A(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Digests { get; }

    private static bool IsCleanPath(string path) =>
        path.Length > 1 && path[0] == '/'
        && path[1..].Split('/').All(component => component is not ("" or "." or ".."));
}
