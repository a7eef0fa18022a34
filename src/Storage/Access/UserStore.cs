using OrleansRegistry.Access;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IUserStore"/>
public sealed class UserStore(IDatabase database, TimeProvider clock) : IUserStore
{
    private const string InsertUser = """
        insert into account (id, name, password_hash, first_name, last_name, email, is_staff, is_active, created_at)
        values (@id, @name, @hash, @first, @last, @email, @staff, @active, @now)
        """;

    private const string InsertRole = """
        insert into account_role (id, account_id, role, created_at) values (@id, @user, @role, @now)
        """;

    private static readonly UserSettings First = new(IUserStore.FirstUser, "", "", "", false, true);

    // Whoever changes what administrators there are waits for the others that do.
    private readonly string _administrators = $"""
        select a.id from account a join account_role r on r.account_id = a.id
        where r.role = '{Role.Admin.Name}' and a.is_active order by a.id {database.Dialect.ForUpdate}
        """;

    public async Task<Credentials?> FindCredentialsAsync(string name, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                """
                select a.id, a.name, a.password_hash, a.is_active, r.role
                from account a left join account_role r on r.account_id = a.id where a.name = @name
                """,
                ("name", name)),
            row => new Credentials(
                row.Guid(0), row.String(1), row.StringOrNull(2), row.Bool(3),
                row.StringOrNull(4) is { } role ? Roles.Parse(role) : Role.None),
            cancellationToken);
        return found.Count == 0 ? null : found[0] with { Role = Roles.Together(found.Select(one => one.Role)) };
    }

    public Task<Guid> CreateAsync(UserSettings settings, string? passwordHash, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(InsertOf(id, settings, passwordHash), cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task<bool> UpdateAsync(
        Guid id, UserSettings settings, PasswordChange? password, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => ChangeAsync(
                new Statement(
                    """
                    update account set name = @name, first_name = @first, last_name = @last, email = @email,
                      is_staff = @staff, is_active = @active,
                      password_hash = case when @changes then @hash else password_hash end
                    where id = @id
                    """,
                    [("id", id), ("hash", password?.Hash), ("changes", password is not null), .. Values(settings)]),
                cancellationToken),
            settings.Name);

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(new("delete from account where id = @id", ("id", id)), cancellationToken);

    public async Task<Guid> GiveRoleAsync(Guid user, Role role, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        try
        {
            return await database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(RoleOf(id, user, role), cancellationToken);
                    return id;
                },
                cancellationToken);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.Unique)
        {
            throw new ProblemException(ProblemKind.RoleTaken, "The user has that role already.", role.Name);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(ProblemKind.NameUnknown, "The user does not exist any more.");
        }
    }

    public Task<bool> TakeRoleAsync(Guid user, Guid assignment, CancellationToken cancellationToken) => ChangeAsync(
        new("delete from account_role where id = @id and account_id = @user", ("id", assignment), ("user", user)),
        cancellationToken);

    public Task CreateFirstAsync(string passwordHash, Action beforeCommit, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return database.TransactAsync(
            async session =>
            {
                // Of nodes that start together one inserts, and the others wait here for its commit.
                var created = await session.ExecuteAsync(
                    new(
                        """
                        insert into account (id, name, password_hash, created_at)
                        select @id, @name, @hash, @now where not exists (select 1 from account)
                        on conflict do nothing
                        """,
                        ("id", id), ("name", First.Name), ("hash", passwordHash), ("now", clock.GetUtcNow())),
                    cancellationToken);
                if (created == 0)
                    return false;
                await session.ExecuteAsync(RoleOf(Guid.CreateVersion7(), id, Role.Admin), cancellationToken);
                beforeCommit();
                return true;
            },
            cancellationToken);
    }

    public Task RestoreFirstAsync(string passwordHash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.TransactAsync(
            session => session.ExecuteBatchAsync(
                [
                    new(
                        """
                        insert into account (id, name, password_hash, created_at) values (@id, @name, @hash, @now)
                        on conflict (name) do update set password_hash = excluded.password_hash, is_active = @active
                        """,
                        ("id", Guid.CreateVersion7()), ("name", First.Name), ("hash", passwordHash), ("now", now),
                        ("active", true)),
                    new(
                        """
                        insert into account_role (id, account_id, role, created_at)
                        select @id, a.id, @role, @now from account a where a.name = @name
                        on conflict do nothing
                        """,
                        ("id", Guid.CreateVersion7()), ("role", Role.Admin.Name), ("now", now), ("name", First.Name)),
                ],
                cancellationToken),
            cancellationToken);
    }

    // A change that would leave nobody to undo it is refused.
    private Task<bool> ChangeAsync(Statement change, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            var before = await session.QueryAsync(new(_administrators), row => row.Guid(0), cancellationToken);
            var changed = await session.ExecuteAsync(change, cancellationToken);
            var after = await session.QueryAsync(new(_administrators), row => row.Guid(0), cancellationToken);
            return before.Count > 0 && after.Count == 0
                ? throw new ProblemException(
                    ProblemKind.LastAdministrator, "That would leave no active user with the role 'admin'.")
                : changed == 1;
        },
        cancellationToken);

    private Statement InsertOf(Guid id, UserSettings settings, string? hash) => new(
        InsertUser, [("id", id), ("hash", hash), ("now", clock.GetUtcNow()), .. Values(settings)]);

    private Statement RoleOf(Guid id, Guid user, Role role) => new(
        InsertRole, ("id", id), ("user", user), ("role", role.Name), ("now", clock.GetUtcNow()));

    private static (string, object?)[] Values(UserSettings settings) =>
    [
        ("name", settings.Name), ("first", settings.FirstName), ("last", settings.LastName),
        ("email", settings.Email), ("staff", settings.IsStaff), ("active", settings.IsActive),
    ];
}
