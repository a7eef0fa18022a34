namespace OrleansRegistry.Access;

/// <summary>What people set on a user, but for the password.</summary>
/// <param name="Name">Unique on the server.</param>
/// <param name="FirstName">Free text, perhaps empty.</param>
/// <param name="LastName">Free text, perhaps empty.</param>
/// <param name="Email">Free text, perhaps empty.</param>
/// <param name="IsStaff">Kept for clients that set it; it gives no rights.</param>
/// <param name="IsActive">Whether the user may log in.</param>
public sealed record UserSettings(
    string Name, string FirstName, string LastName, string Email, bool IsStaff, bool IsActive);

/// <summary>One user as the management REST shows it.</summary>
public sealed record UserRecord(Guid Id, UserSettings Settings, bool HasPassword, DateTimeOffset CreatedAt);

/// <summary>One role that a user was given.</summary>
public sealed record UserRole(Guid Id, Guid User, Role Role, DateTimeOffset CreatedAt);

/// <summary>What it takes to tell whether somebody is a user.</summary>
/// <param name="User">The user.</param>
/// <param name="Name">As it is stored.</param>
/// <param name="PasswordHash">Null for a user who cannot log in by password.</param>
/// <param name="IsActive">Whether the user may log in.</param>
/// <param name="Role">What the user's roles allow together.</param>
/// <param name="Generation">
/// Grows with each change of the password, of the name, and of whether the user may log in: what was issued to another
/// generation is over.
/// </param>
public sealed record Credentials(
    Guid User, string Name, string? PasswordHash, bool IsActive, Role Role, long Generation);
