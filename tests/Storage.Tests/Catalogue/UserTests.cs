using OrleansRegistry.Access;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Users, changed by two at once.</summary>
public abstract class UserTests(Engine engine)
{
    private IUserStore Store
    {
        get
        {
            engine.SkipIfAbsent();
            return field ??= new UserStore(engine.Database, TimeProvider.System);
        }
    }

    [Fact]
    public async Task Who_changes_a_name_does_not_undo_what_another_changed_meanwhile()
    {
        var read = new UserSettings($"u{Guid.NewGuid():N}", "", "", "", IsStaff: false, IsActive: true);
        var id = await Store.CreateAsync(read, "hash");

        Assert.True(await Store.UpdateAsync(id, read, read with { IsActive = false }, null));
        Assert.True(await Store.UpdateAsync(id, read, read with { FirstName = "Ada" }, null));
        Assert.False((await Store.FindCredentialsAsync(read.Name))!.IsActive);
        Assert.Equal("Ada", await engine.ReadAsync(
            row => row.String(0), "select first_name from account where id = @id", ("id", id)));
    }

    public sealed class OnPostgres(PostgresEngine engine) : UserTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : UserTests(engine), IClassFixture<SqliteEngine>;
}
