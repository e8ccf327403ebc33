import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local and ElasticMQ in one process, which ends when its standard input does. */
public final class RealParts {
    private RealParts() {}

    /** The arguments are DynamoDB Local's; ElasticMQ reads its own from system properties. */
    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer dynamodb = ServerRunner.createServerFromCommandLineArgs(arguments);
        listenOnLoopbackOnly(dynamodb);
        dynamodb.start();
        org.elasticmq.server.Main.main(new String[0]);
        while (System.in.read() != -1) {
            // Whoever started this is still there.
        }
        Runtime.getRuntime().halt(0);
    }

    /** It has no option for its address, and would be open to the network. */
    private static void listenOnLoopbackOnly(DynamoDBProxyServer dynamodb) throws Exception {
        var jetty = DynamoDBProxyServer.class.getDeclaredField("server");
        jetty.setAccessible(true);
        for (Connector connector : ((Server) jetty.get(dynamodb)).getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
    }
}
