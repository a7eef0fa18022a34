using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>Who sent a request.</summary>
/// <param name="User">The user; null for an anonymous caller, and for everybody where authentication is off.</param>
/// <param name="Name">The user's name, or empty.</param>
/// <param name="Role">What the caller may do.</param>
public sealed record Caller(Guid? User, string Name, Role Role)
{
    /// <summary>Somebody who said nothing about himself.</summary>
    public static Caller Anonymous { get; } = new(null, "", Role.None);

    /// <summary>Everybody, where authentication is off.</summary>
    public static Caller Unquestioned { get; } = new(null, "", Role.Admin);

    /// <summary>True for a name in the namespace that is called like the user.</summary>
    public bool Owns(RepositoryName name) =>
        Name.Length > 0 && name.ToString().Split('/', 2)[0] == Name;
}
