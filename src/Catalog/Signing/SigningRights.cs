using OrleansRegistry.Access;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>
/// Who may have a service sign, and which names it signs. Administrators always may; with nobody named, they alone.
/// </summary>
/// <param name="Users">Names of users.</param>
/// <param name="Roles">Roles; whoever has one, or one that includes it, may.</param>
/// <param name="Namespaces">Whoever may push there may have names of this registry below them signed.</param>
/// <param name="ReferencePrefixes">
/// Hosts, or names below one, that every reference must be or be below; none for the names by which this registry
/// serves what is signed.
/// </param>
public sealed record SigningRights(
    IReadOnlyList<string> Users,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Namespaces,
    IReadOnlyList<string> ReferencePrefixes)
{
    /// <summary>The most names of each kind.</summary>
    public const int Most = 100;

    private const int MaxUserName = 150;

    public static SigningRights None { get; } = new([], [], [], []);

    /// <summary>Whether somebody may have it sign any name.</summary>
    public bool AdmitAnywhere(Caller caller) =>
        caller.Role >= Role.Admin
        || (caller.Name.Length > 0 && Users.Contains(caller.Name))
        || Roles.Any(role => caller.Role >= Access.Roles.Parse(role));

    /// <param name="caller">Who wants a signature.</param>
    /// <param name="image">The name that is to be signed.</param>
    /// <param name="host">How this registry is known.</param>
    public bool Admit(Caller caller, ImageReference image, string host) =>
        AdmitAnywhere(caller)
        || Namespaces.Any(space =>
            image.IsOrIsBelow($"{host}/{space}") && (caller.Role >= Role.Writer || caller.Name == space));

    /// <summary>What cannot be kept, with the field and a sentence; null where all is well.</summary>
    public (string Field, string Refusal)? WhyInvalid()
    {
        foreach (var (field, names) in new[]
        {
            ("users", Users), ("roles", Roles), ("namespaces", Namespaces), ("reference_prefixes", ReferencePrefixes),
        })
            if (names.Count > Most)
                return (field, $"At most {Most} can be named.");
        if (Users.FirstOrDefault(name => name.Length is 0 or > MaxUserName) is not null)
            return ("users", "This is no name of a user.");
        if (Roles.FirstOrDefault(role => !Access.Roles.Names.Contains(role)) is { } role)
            return ("roles", $"'{role}' is no role; there are {string.Join(", ", Access.Roles.Names)}.");
        if (Namespaces.FirstOrDefault(name => name.Contains('/') || !RepositoryName.TryParse(name, out _)) is { } other)
            return ("namespaces", $"'{other}' is no namespace: that is the first component of a base path.");
        return ReferencePrefixes.FirstOrDefault(prefix => !ImageReference.IsPrefix(prefix)) is { } wrong
            ? (
                "reference_prefixes",
                $"'{wrong}' is neither a host nor a name below one, such as registry.example.com/team; it has no tag.")
            : null;
    }
}
