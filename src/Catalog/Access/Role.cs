namespace OrleansRegistry.Access;

/// <summary>What a user may do on the whole server; each role includes the ones before it.</summary>
public enum Role
{
    /// <summary>No rights but those of everybody, and those over the namespace of the user's own name.</summary>
    None,

    /// <summary>Pulls everything, and reads the management REST.</summary>
    Reader,

    /// <summary>Pushes, deletes, and changes what the management REST manages.</summary>
    Writer,

    /// <summary>Also users, signing services and the upkeep of the server.</summary>
    Admin,
}

/// <summary>The names of roles, spelled once.</summary>
public static class Roles
{
    /// <summary>The roles that a user can be given.</summary>
    public static IReadOnlyList<string> Names { get; } = [Role.Reader.Name, Role.Writer.Name, Role.Admin.Name];

    extension(Role role)
    {
        /// <summary>The role as it is stored and shown.</summary>
        public string Name => role switch
        {
            Role.None => "none",
            Role.Reader => "reader",
            Role.Writer => "writer",
            Role.Admin => "admin",
        };
    }

    /// <summary>The role of that name; the name is one that was stored.</summary>
    public static Role Parse(string name) => Enum.GetValues<Role>().Single(role => role.Name == name);

    /// <summary>What several roles together allow.</summary>
    public static Role Together(IEnumerable<Role> roles) => roles.DefaultIfEmpty(Role.None).Max();
}
